import type { Access } from '@berth/contract'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

/** Something served as it is rather than as a declared endpoint. It declares its access all the same. */
export type RawRoute = {
  readonly path: string
  readonly access: Access
  readonly answer: (request: RawRequest) => RawAnswer | Promise<RawAnswer>
}

export type RawRequest = Pick<FastifyRequest, 'headers' | 'protocol' | 'url'>

export type RawAnswer = {
  contentType: string
  headers?: Readonly<Record<string, string>>
  body: string | Buffer
}

export const rawRoute = ({ path, access, answer }: RawRoute): RouteOptions => ({
  method: 'GET',
  url: path,
  config: { access },
  handler: async (request, reply) => sendRaw(reply, await answer(request)),
})

export const sendRaw = (reply: FastifyReply, { contentType, headers = {}, body }: RawAnswer) =>
  reply.headers(headers).type(contentType).send(body)
