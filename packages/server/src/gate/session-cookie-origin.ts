import type { IncomingHttpHeaders } from 'node:http'
import { PlatformError } from '@berth/contract'

type Asked = { headers: IncomingHttpHeaders; isSecure: boolean }

/**
 * Throws `forbidden` unless the browser says that a page of this very host asks. SameSite does not do that: apps live on
 * sibling host names, which are the same site.
 */
export function checkOwnPage(asked: Asked): void {
  if (!isFromOwnPage(asked)) throw notOwnPage()
}

/** The same for a request that shows no session yet: without a browser behind it, it says nothing of where it comes from. */
export function checkNoOtherPage(asked: Asked): void {
  const { origin, 'sec-fetch-site': site } = asked.headers
  if ((origin !== undefined || site !== undefined) && !isFromOwnPage(asked)) throw notOwnPage()
}

/** Each header that is there must say so, and one must be there. */
function isFromOwnPage({ headers, isSecure }: Asked): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers
  if (origin === undefined && site === undefined) return false
  if (site !== undefined && site !== 'same-origin') return false
  return origin === undefined || isOriginOf(origin, { host, isSecure })
}

/** Where an edge says nothing of https there may still be one before it, so only the other way round is certain. */
function isOriginOf(origin: string, { host, isSecure }: { host: string | undefined; isSecure: boolean }): boolean {
  if (!host || !URL.canParse(origin)) return false
  const { protocol, host: originHost } = new URL(origin)
  if (protocol !== 'https:' && (isSecure || protocol !== 'http:')) return false
  const own = `${protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === originHost
}

const notOwnPage = () =>
  new PlatformError('forbidden', 'This was asked by another page than the dashboard of this address', {
    hint: 'Open the dashboard and do it there; a program signs in with the header `Authorization: Bearer <token>`',
  })
