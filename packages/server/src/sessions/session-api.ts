import {
  changePassword,
  endAllSessions,
  endSession,
  listSessions,
  PlatformError,
  type Session,
  signIn,
  signOut,
  whoAmI,
} from '@berth/contract'
import type { Caller } from '../gate/caller.ts'
import {
  type FoundSession,
  noSessionCookieHeader,
  readSessionCookies,
  sessionCookieHeader,
} from '../gate/session-cookie.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { Auth } from './auth.ts'
import { meOf, type RolesOf, sessionOf } from './me.ts'
import type { SessionRow } from './session-store.ts'
import { absoluteCapMs } from './session-times.ts'
import { type SignIn, type SignInDeps, signInFailed, type Visitor } from './sign-in.ts'

export type SessionApiDeps = Pick<SignInDeps, 'users' | 'auth' | 'sessions' | 'limit' | 'lanes' | 'activity'> & {
  signIn: SignIn
  onAccessChange(): void
  rolesOf: RolesOf
  /** What the gate makes of a session. */
  callerOf(found: FoundSession): Promise<Caller>
}

export function sessionApi(deps: SessionApiDeps): EndpointHandler[] {
  const { users, sessions, activity } = deps

  return [
    handle(whoAmI, ({ caller }) => meOf(caller, deps)),

    handle(signIn, async ({ body, headers, address, isSecure, setCookie }) => {
      const signedIn = await deps.signIn(body, { headers, address, isSecure })
      setCookie(signedIn.setCookie)
      return meOf(await deps.callerOf(signedIn), deps)
    }),

    handle(signOut, async ({ caller, isSecure, setCookie }) => {
      const { userId, sessionId } = sessionOf(caller)
      await sessions.end(userId, sessionId)
      setCookie(noSessionCookieHeader({ isSecure }))
      await activity.add({ actor: caller.name, kind: 'signed_out' })
      return { signedOut: true as const }
    }),

    handle(changePassword, async ({ body, caller, headers, address, isSecure, setCookie }) => {
      if (body.newPassword === body.currentPassword) throw samePassword()
      const opened = await changeTo(body, caller, { headers, address, isSecure })
      deps.onAccessChange()
      setCookie(sessionCookieHeader(opened.cookie, { isSecure, maxAgeMs: absoluteCapMs }))
      await activity.add({ actor: caller.name, kind: 'password_changed', detail: `from ${address}` })
      const found = await sessions.find(opened.cookie)
      if (!found) throw new PlatformError('unauthenticated', 'This session has ended', { hint: 'Sign in again' })
      return meOf(await deps.callerOf(found), deps)
    }),

    handle(listSessions, async ({ caller }) => {
      const { userId, sessionId } = sessionOf(caller)
      return (await sessions.list(userId)).map((row) => toSession(row, sessionId))
    }),

    handle(endSession, async ({ params, caller }) => {
      const { userId } = sessionOf(caller)
      if (!(await sessions.end(userId, params.sessionId))) throw noSuchSession()
      await activity.add({ actor: caller.name, kind: 'sessions_ended', detail: '1 session' })
      return { ended: 1 }
    }),

    handle(endAllSessions, async ({ caller, isSecure, setCookie }) => {
      const { userId } = sessionOf(caller)
      const ended = await sessions.endAll(userId)
      setCookie(noSessionCookieHeader({ isSecure }))
      await activity.add({ actor: caller.name, kind: 'sessions_ended', detail: `all ${ended} sessions` })
      return { ended }
    }),
  ]

  type Passwords = { currentPassword: string; newPassword: string }

  async function changeTo(passwords: Passwords, caller: Caller, visitor: Visitor) {
    const { userId, sessionId } = sessionOf(caller)
    const cookie = await cookieOf(sessionId, visitor, deps.auth)
    const opening = {
      address: visitor.address,
      userAgent: visitor.headers['user-agent'],
      admit: async () => {
        if ((await users.get(userId)).isBlocked) throw signInFailed()
      },
    }
    return deps.limit.run({ kind: 'user', userId }, () =>
      deps.lanes.run('known', async () => {
        const opened = await deps.auth.changePassword(cookie, passwords, opening)
        return opened ?? throwWrongPassword()
      }),
    )
  }
}

/** Of several cookies the one that the gate went by. */
async function cookieOf(sessionId: string, visitor: Visitor, auth: Pick<Auth, 'find'>): Promise<string> {
  for (const cookie of readSessionCookies(visitor)) {
    if ((await auth.find(cookie))?.sessionId === sessionId) return cookie
  }
  throw new PlatformError('unauthenticated', 'This session has ended', { hint: 'Sign in again' })
}

export function throwWrongPassword(): never {
  throw new PlatformError('sign_in_failed', 'The password is wrong', { hint: 'Type the one that you sign in with' })
}

const toSession = (row: SessionRow, currentId: string): Session => ({
  id: row.id,
  isCurrent: row.id === currentId,
  address: row.address,
  userAgent: row.userAgent,
  createdAt: new Date(row.createdAtMs).toISOString(),
  lastUsedAt: new Date(row.lastUsedAtMs).toISOString(),
  expiresAt: new Date(row.expiresAtMs).toISOString(),
})

const samePassword = () =>
  new PlatformError('invalid_request', 'The new password is the current one', { hint: 'Choose another' })

const noSuchSession = () =>
  new PlatformError('not_found', 'You have no such session', { hint: 'It may have ended already' })
