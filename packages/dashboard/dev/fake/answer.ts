import { type AnyEndpoint, PlatformError, type RequestOf, type ResultOf } from '@berth/contract'
import type { z } from 'zod'
import type { World } from './world.ts'

/** What an answer goes by. */
export type Asked = {
  world: World
  signal: AbortSignal
  /** What was sent to an endpoint that takes bytes. */
  uploaded: Buffer
  signIn(): void
  signOut(): void
}

type AnswerOf<E extends AnyEndpoint> = ResultInput<E> | AsyncIterable<ResultInput<E>>
type ResultInput<E extends AnyEndpoint> = z.input<E['result']> & ResultOf<E>

export type Answer = {
  endpoint: AnyEndpoint
  work(request: never, asked: Asked): unknown
}

/** Answers an endpoint with what its schema promises. */
export const answer = <E extends AnyEndpoint>(
  endpoint: E,
  work: (request: RequestOf<E>, asked: Asked) => AnswerOf<E> | Promise<AnswerOf<E>>,
): Answer => ({ endpoint, work })

export const notFound = (code: ConstructorParameters<typeof PlatformError>[0], message: string) =>
  new PlatformError(code, message, { hint: 'It may have been removed meanwhile' })
