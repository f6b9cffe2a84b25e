import type { Access } from '@berth/contract'
import type { RouteOptions } from 'fastify'

/** Something served as it is rather than as a declared endpoint. It declares its access all the same. */
export type RawRoute = {
  readonly path: string
  readonly access: Access
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  body(): string | Promise<string>
}

export const rawRoute = ({ path, access, contentType, headers = {}, body }: RawRoute): RouteOptions => ({
  method: 'GET',
  url: path,
  config: { access },
  handler: async (_request, reply) =>
    reply
      .headers(headers)
      .type(contentType)
      .send(await body()),
})
