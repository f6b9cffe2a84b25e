import type { IncomingHttpHeaders } from 'node:http'
import { type Access, PlatformError } from '@berth/contract'
import type { Logger } from 'pino'
import { type Caller, includes, nobody } from './caller.ts'
import type { FailureLimit } from './failure-limit.ts'
import type { Identification, IdentificationMethod } from './identification.ts'

/** The one place that decides who gets in, for HTTP requests and WebSocket upgrades alike. */
export interface Gate {
  /** Throws `unauthenticated`, `forbidden` or `rate_limited`. */
  admit(visitor: Visitor, needed: Access): Promise<Caller>
}

export type Visitor = {
  headers: IncomingHttpHeaders
  /** Of the client, not of the edge it came through. */
  address: string
}

type Deps = {
  methods: readonly IdentificationMethod[]
  limit: FailureLimit
  log: Logger
}

export function createGate({ methods, limit, log }: Deps): Gate {
  async function identify(headers: IncomingHttpHeaders): Promise<Identification> {
    for (const method of methods) {
      const found = await method(headers)
      if (found !== 'absent') return found
    }
    return 'absent'
  }

  async function admit({ headers, address }: Visitor, needed: Access): Promise<Caller> {
    if (needed === 'anyone') return nobody
    const waitMs = limit.waitMs(address)
    if (waitMs > 0) throw tooManyFailures(waitMs)

    const caller = await identify(headers)
    if (caller === 'absent') throw notSignedIn()
    if (caller === 'refused') {
      limit.failed(address)
      log.warn({ address }, 'credentials_refused')
      throw notValid()
    }
    limit.succeeded(address)
    if (!includes(caller.access, needed)) throw notAllowed(caller, needed)
    return caller
  }

  return { admit }
}

const signInHint = 'Sign in with `berth login`, or send the header `Authorization: Bearer <token>`'

const notSignedIn = () => new PlatformError('unauthenticated', 'This needs a token', { hint: signInHint })

const notValid = () =>
  new PlatformError('unauthenticated', 'This token is not valid, or no longer', { hint: signInHint })

const notAllowed = ({ name, access }: Caller, needed: Access) =>
  new PlatformError('forbidden', `This needs the access "${needed}"; ${name} has "${access}"`, {
    hint: `Use a token with the access "${needed}"; an admin can make one`,
  })

const tooManyFailures = (waitMs: number) =>
  new PlatformError('rate_limited', 'Too many tokens from this address were not valid', {
    hint: `Try again in ${Math.ceil(waitMs / 1000)} s with a valid token`,
  })
