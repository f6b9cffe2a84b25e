import { AsyncLocalStorage } from 'node:async_hooks'
import { PlatformError } from '@berth/contract'
import { APIError } from 'better-auth/api'
import { betterAuth } from 'better-auth/minimal'
import type { Logger } from 'pino'
import type { StoreDeps } from '../database/database.ts'
import { type PasswordHashing, passwordHashing } from '../users/password-hash.ts'
import type { UserRow } from '../users/user-row.ts'
import { authDatabase } from './auth-database.ts'
import { authLog } from './auth-log.ts'
import { rollingMs } from './session-times.ts'

/** What a session is made for. */
export type Opening = {
  address: string
  userAgent: string | undefined
  /** Asked when the password was right, before the session is made; throws to refuse. */
  admit(userId: string): Promise<void>
}

export type OpenedSession = {
  /** For the cookie: the token of the session and our signature of it. */
  cookie: string
  userId: string
}

export type AuthSession = { user: UserRow; sessionId: string; createdAtMs: number; lastUsedAtMs: number }

/** better-auth as a library: passwords, sessions and the signature of their cookies. */
export interface Auth {
  /** Undefined: unknown e-mail or wrong password, after the same time. */
  signIn(credentials: { email: string; password: string }, opening: Opening): Promise<OpenedSession | undefined>
  find(cookie: string): Promise<AuthSession | undefined>
  /** Ends all sessions and opens another. Undefined: the current password was wrong. */
  changePassword(
    cookie: string,
    passwords: { currentPassword: string; newPassword: string },
    opening: Opening,
  ): Promise<OpenedSession | undefined>
}

type Deps = Pick<StoreDeps, 'database' | 'newId'> & {
  /** Signs the cookies. */
  secret: string
  passwords?: PasswordHashing
  log: Logger
}

const cookieName = 'session'
const maxUserAgentLength = 300

export function createAuth(deps: Deps): Auth {
  const openings = new AsyncLocalStorage<Opening>()
  const { api } = betterAuth({ ...fixedOptions, ...optionsOf(deps), databaseHooks: onlyWhatWeOpen(openings) })

  const signIn: Auth['signIn'] = async (credentials, opening) => {
    const { response, headers } = await openings.run(opening, () =>
      refusedAsUndefined(api.signInEmail({ body: credentials, headers: new Headers(), returnHeaders: true })),
    )
    return response && headers && { cookie: cookieIn(headers), userId: response.user.id }
  }

  const find: Auth['find'] = async (cookie) => {
    const found = await api.getSession({ headers: headersWith(cookie) })
    if (!found) return undefined
    const { session, user } = found
    return {
      user: user.row as UserRow,
      sessionId: session.id,
      createdAtMs: session.createdAt.getTime(),
      lastUsedAtMs: session.updatedAt.getTime(),
    }
  }

  const changePassword: Auth['changePassword'] = async (cookie, passwords, opening) => {
    const body = { ...passwords, revokeOtherSessions: true }
    const { response, headers } = await openings.run(opening, () =>
      refusedAsUndefined(api.changePassword({ body, headers: headersWith(cookie), returnHeaders: true })),
    )
    return response && headers && { cookie: cookieIn(headers), userId: response.user.id }
  }

  return { signIn, find, changePassword }
}

const fixedOptions = {
  appName: 'Berth',
  // Never asked for: no request reaches its own handler. Without one it would look for it in the environment.
  baseURL: 'http://berth.invalid',
  telemetry: { enabled: false },
  // Its use is written down by us, which also holds the absolute end.
  session: { expiresIn: rollingMs / 1000, disableSessionRefresh: true, freshAge: 0, cookieCache: { enabled: false } },
  user: { additionalFields: { row: { type: 'json', required: false, input: false } } },
  advanced: {
    useSecureCookies: false,
    cookies: { session_token: { name: cookieName } },
    // The address is given with the opening; it must not be read from headers.
    ipAddress: { disableIpTracking: true },
    database: { validateSchema: false },
  },
  rateLimit: { enabled: false },
} as const

const optionsOf = ({ secret, passwords = passwordHashing(), log, ...storeDeps }: Deps) => ({
  // The plural, because the environment would win over the singular.
  secrets: [{ version: 1, value: secret }],
  emailAndPassword: {
    enabled: true,
    disableSignUp: true,
    // The contract is stricter on what is new, and what is old must stay usable.
    minPasswordLength: 1,
    maxPasswordLength: 256,
    password: {
      hash: passwords.hash,
      verify: ({ hash, password }: { hash: string; password: string }) => passwords.matches(password, hash),
    },
  },
  logger: authLog(log),
  database: () => authDatabase(storeDeps),
})

/** Whatever in better-auth wants to make a session: without an opening of ours there is none. */
const onlyWhatWeOpen = (openings: AsyncLocalStorage<Opening>) => ({
  session: {
    create: {
      before: async ({ userId }: { userId: string }) => {
        const opening = openings.getStore()
        if (!opening) return false
        await opening.admit(userId)
        const userAgent = opening.userAgent?.replaceAll('\0', '').slice(0, maxUserAgentLength)
        return { data: { ipAddress: opening.address, userAgent } }
      },
    },
  },
})

/** The codes that mean a wrong e-mail or password; everything else is our failure, said without its words. */
const refusals = ['INVALID_EMAIL_OR_PASSWORD', 'INVALID_EMAIL', 'INVALID_PASSWORD']

type Answer<Response> = { response?: Response; headers?: Headers }

async function refusedAsUndefined<Response>(asked: Promise<Answer<Response>>): Promise<Answer<Response>> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof APIError)) throw error
    if (refusals.includes(String(error.body?.code))) return {}
    if (error.status === 'UNAUTHORIZED') throw new PlatformError('unauthenticated', 'This session has ended')
    throw new Error(`better-auth answered ${error.status} ${error.body?.code ?? ''}`)
  }
}

const headersWith = (cookie: string) => new Headers({ cookie: `${cookieName}=${cookie}` })

function cookieIn(headers: Headers): string {
  const prefix = `${cookieName}=`
  const value = headers
    .getSetCookie()
    .find((line) => line.startsWith(prefix))
    ?.slice(prefix.length)
    .split(';')[0]
  if (!value) throw new Error('better-auth opened a session without a cookie')
  return value
}
