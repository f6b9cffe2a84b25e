import { PlatformError } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import { type FoundSession, type SessionVisitor, sessionCookieHeader } from '../gate/session-cookie.ts'
import { checkNoOtherPage } from '../gate/session-cookie-origin.ts'
import type { PasswordLanes } from '../users/password-lanes.ts'
import { normalEmail, type UserStore } from '../users/user-store.ts'
import type { AttemptLimit, Contender } from './attempt-limit.ts'
import type { Auth, OpenedSession } from './auth.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import type { SecondFactorStore } from './second-factor-store.ts'
import type { SessionStore } from './session-store.ts'
import { absoluteCapMs } from './session-times.ts'

export type SignInDeps = {
  users: UserStore
  auth: Auth
  sessions: SessionStore
  secondFactors: SecondFactorStore
  limit: AttemptLimit
  lanes: PasswordLanes
  failed: FailedSignIns
  activity: Pick<ActivityStore, 'add'>
}

export type Credentials = { email: string; password: string; code?: string | undefined }
export type Visitor = Omit<SessionVisitor, 'method'> & { address: string }

/** `setCookie`: the value of Set-Cookie that signs the browser in. */
export type SignedIn = FoundSession & { setCookie: string }

/** Throws `sign_in_failed`, `code_required`, `code_invalid`, `rate_limited`, and `forbidden` for another page than ours. */
export type SignIn = (credentials: Credentials, visitor: Visitor) => Promise<SignedIn>

export function signInWith(deps: SignInDeps): SignIn {
  const { users, auth, sessions, secondFactors, limit, lanes, failed, activity } = deps

  const signIn: SignIn = async ({ email: given, password, code }, visitor) => {
    checkNoOtherPage(visitor)
    const email = normalEmail(given)
    // Of an unknown e-mail the same is asked as of a known one, so that it takes as long.
    const userId = (await users.findByEmail(email))?.id ?? 'nobody'
    const isKnown = await sessions.isKnownAddress(userId, visitor.address)
    const by: Contender = { kind: isKnown ? 'known' : 'stranger', email, address: visitor.address }
    const codes: Contender = isKnown ? { kind: 'code', email, address: visitor.address } : { kind: 'code', email }
    const admit = (userId: string) => admitWithCode(userId, code, codes)
    try {
      const opened = await limit.run(by, () =>
        lanes.run(isKnown ? 'known' : 'stranger', () => open({ email, password }, { visitor, userId, admit })),
      )
      return await finish(opened, visitor)
    } catch (error) {
      if (error instanceof PlatformError) await noteFailure(error, email, visitor)
      throw error
    }
  }

  type Opening = { visitor: Visitor; userId: string; admit(userId: string): Promise<void> }

  async function open(credentials: { email: string; password: string }, { visitor, userId, admit }: Opening) {
    const mark = await users.passwordMark(userId)
    const userAgent = visitor.headers['user-agent']
    const opened = await auth.signIn(credentials, { address: visitor.address, userAgent, admit })
    if (!opened) throw signInFailed()
    // A password that was replaced while it was checked: its sessions were ended before this one was there.
    if ((await users.passwordMark(opened.userId)) === mark) return opened
    const { sessionId } = (await auth.find(opened.cookie)) ?? {}
    if (sessionId) await sessions.end(opened.userId, sessionId)
    throw signInFailed()
  }

  async function admitWithCode(userId: string, code: string | undefined, by: Contender) {
    const user = await users.get(userId)
    if (user.isBlocked) throw blocked()
    if (!user.hasSecondFactor) return
    if (!code) throw codeRequired()
    const used = await limit.run(by, async () => (await secondFactors.use(userId, code)) ?? throwCodeInvalid())
    if (used.kind === 'totp') return
    await activity.add({ actor: user.email, kind: 'recovery_code_used', detail: `${used.left} left` })
  }

  async function finish(opened: OpenedSession, { address, isSecure }: Visitor): Promise<SignedIn> {
    await sessions.noteSignIn(opened.userId, address)
    await users.noteSignIn(opened.userId)
    const found = await sessions.find(opened.cookie)
    if (!found) throw signInFailed()
    await activity.add({ actor: found.user.email, kind: 'signed_in', detail: `from ${address}` })
    return { ...found, setCookie: sessionCookieHeader(opened.cookie, { isSecure, maxAgeMs: absoluteCapMs }) }
  }

  async function noteFailure({ code }: PlatformError, email: string, { address }: Visitor) {
    if (code === 'sign_in_failed') await failed.note({ email, address, reason: 'wrong e-mail or password' })
    if (code === 'code_invalid') await failed.note({ email, address, reason: 'right password, wrong code' })
  }

  return signIn
}

export const signInFailed = () =>
  new PlatformError('sign_in_failed', 'The e-mail or the password is wrong', {
    hint: 'Try again; an admin can give you a one-time password',
  })

const blocked = () =>
  new PlatformError('sign_in_failed', 'An admin has blocked this user', { hint: 'Ask an admin to let you in again' })

const codeRequired = () =>
  new PlatformError('code_required', 'This needs a code of your second factor', {
    hint: 'Use the six digits that the authenticator shows, or a recovery code',
  })

export function throwCodeInvalid(): never {
  throw new PlatformError('code_invalid', 'This code is wrong, or was used before', {
    hint: 'Wait for the next one, and see that the clock of the phone is right',
  })
}
