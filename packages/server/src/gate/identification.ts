import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from './caller.ts'

/** `absent`: the request shows nothing of this kind. `refused`: it does, and it is not valid. */
export type Identification = Caller | 'absent' | 'refused'

/** One way to show who one is. The gate tries each in order, and the first that is not absent decides. */
export type IdentificationMethod = (headers: IncomingHttpHeaders) => Promise<Identification>

const maxTokenLength = 512

/** `identify` must take as long for a token that does not exist as for one that does. */
export const bearerToken =
  (identify: (token: string) => Promise<Caller | undefined>): IdentificationMethod =>
  async ({ authorization }) => {
    if (authorization === undefined) return 'absent'
    const token = /^bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1]
    if (!token || token.length > maxTokenLength) return 'refused'
    return (await identify(token)) ?? 'refused'
  }
