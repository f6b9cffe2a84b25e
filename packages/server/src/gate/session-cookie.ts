import type { IncomingHttpHeaders } from 'node:http'
import { PlatformError } from '@berth/contract'
import type { UserRow } from '../users/user-row.ts'
import { checkOwnPage } from './session-cookie-origin.ts'

export type SessionVisitor = {
  method: string
  headers: IncomingHttpHeaders
  /** Whether the visitor came by https. */
  isSecure: boolean
}

export type FoundSession = { user: UserRow; sessionId: string }

/**
 * `refused`: a cookie is there, but its session has ended or never was. That is no guess to be held against an address: a
 * tab that was left open shows it too, and nobody guesses 190 random bits.
 */
export type SessionFinder = (visitor: SessionVisitor) => Promise<FoundSession | 'absent' | 'refused'>

type Deps = {
  /** By the value of a cookie, whoever set it; undefined also for a user who is blocked. */
  find(cookie: string): Promise<FoundSession | undefined>
}

const maxCookies = 4

/** Who a browser is. Throws `forbidden` for a change that another page asked for in the name of its visitor. */
export const sessionCookie =
  ({ find }: Deps): SessionFinder =>
  async (visitor) => {
    const cookies = readSessionCookies(visitor)
    if (cookies.length === 0) return 'absent'
    if (!isSafe(visitor.method)) checkOwnPage(visitor)
    // An app on a sibling host name can add a cookie of our name where there is no TLS. Worthless ones do no harm; of two
    // that are worth something nobody can say which the person meant.
    const found = await Promise.all(cookies.slice(0, maxCookies).map(find))
    const sessions = new Map(found.flatMap((one) => (one ? [[one.sessionId, one] as const] : [])))
    if (sessions.size > 1 || cookies.length > maxCookies) throw tooManyCookies()
    const [session] = sessions.values()
    return session ?? 'refused'
  }

/** The value of Set-Cookie that signs a browser in. No Domain: only this very host gets it back. */
export const sessionCookieHeader = (cookie: string, { isSecure, maxAgeMs }: { isSecure: boolean; maxAgeMs: number }) =>
  [
    `${nameOf(isSecure)}=${cookie}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${Math.floor(maxAgeMs / 1000)}`,
    ...(isSecure ? ['Secure'] : []),
  ].join('; ')

/** The value of Set-Cookie that makes a browser forget its session. */
export const noSessionCookieHeader = ({ isSecure }: { isSecure: boolean }) =>
  sessionCookieHeader('', { isSecure, maxAgeMs: 0 })

/** Different values of the cookie, as they came. A browser with TLS takes `__Host-` from nobody but this host. */
export function readSessionCookies({ headers, isSecure }: Pick<SessionVisitor, 'headers' | 'isSecure'>): string[] {
  const prefix = `${nameOf(isSecure)}=`
  const values = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length))
  return [...new Set(values)].filter((value) => value !== '').map((value) => (isReadable(value) ? value : 'unreadable'))
}

const nameOf = (isSecure: boolean) => (isSecure ? '__Host-berth_session' : 'berth_session')
const isReadable = (value: string) => /^[\w.%~+/=-]{1,512}$/.test(value)
const isSafe = (method: string) => method === 'GET' || method === 'HEAD'

const tooManyCookies = () =>
  new PlatformError('unauthenticated', 'The browser sent several sessions at once', {
    hint: 'Remove the cookies of this address in the browser, then sign in again; with https other sites cannot set them',
  })
