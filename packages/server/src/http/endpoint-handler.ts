import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { AnyEndpoint, IsStream, RequestOf, ResultOf } from '@berth/contract'
import type { Caller } from '../gate/caller.ts'
import type { SharedResult } from './shared-result.ts'

export type CallContext = {
  caller: Caller
  /** Aborts when the caller has left; a stream's also when the server stops. */
  signal: AbortSignal
  headers: IncomingHttpHeaders
  /** Of the client, not of the edge it came through. */
  address: string
  /** Whether the client came by https. */
  isSecure: boolean
  /** The bytes that are being sent; only for an endpoint that takes them. */
  uploaded: Readable
  /** The body as it came; empty but for an endpoint that reads bytes. */
  bytes: Buffer
  /** The value of a Set-Cookie header. Not for a stream. */
  setCookie(headerValue: string): void
}

type Items<Result> = AsyncIterable<Result | SharedResult<Result>>

/** A stream is best made in two steps: the promise refuses (404, 409 ...), the iterable then only reports. */
export type AnswerOf<E> =
  IsStream<E> extends true ? Items<ResultOf<E>> | Promise<Items<ResultOf<E>>> : ResultOf<E> | Promise<ResultOf<E>>

/** An endpoint with the function that answers it. */
export type EndpointHandler = {
  readonly endpoint: AnyEndpoint
  /** Gets what the endpoint's schemas made of the request. */
  answer(request: unknown): unknown
}

export const handle = <E extends AnyEndpoint>(
  endpoint: E,
  answer: (request: RequestOf<E> & CallContext) => AnswerOf<E>,
): EndpointHandler => ({
  endpoint,
  answer: (request) => answer(request as RequestOf<E> & CallContext),
})
