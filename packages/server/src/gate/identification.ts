import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from './caller.ts'

/** A request, or an upgrade to a WebSocket, before anything of it but its head was read. */
export type Visitor = {
  method: string
  headers: IncomingHttpHeaders
  /** Of the client, not of the edge it came through. */
  address: string
  /** Whether the client came by https. */
  isSecure: boolean
}

/**
 * `absent`: the request shows nothing of this kind. `refused`: it does, and it is not valid. `ended`: neither, but nobody
 * guessed it either.
 */
export type Identification = Caller | 'absent' | 'refused' | 'ended'

/** One way to show who one is. The gate tries each in order, and the first that is not absent decides. */
export type IdentificationMethod = (visitor: Visitor) => Promise<Identification>

const maxTokenLength = 512

/** `identify` must take as long for a token that does not exist as for one that does. */
export const bearerToken =
  (identify: (token: string) => Promise<Caller | undefined>): IdentificationMethod =>
  async ({ headers: { authorization } }) => {
    if (authorization === undefined) return 'absent'
    const token = /^bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1]
    if (!token || token.length > maxTokenLength) return 'refused'
    return (await identify(token)) ?? 'refused'
  }
