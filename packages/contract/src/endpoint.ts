import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'

/**
 * What a caller needs at least. `anyone`: not even signed in. `self`: signed in, for what concerns only the caller. Each
 * level includes the ones before it. There is no default: an endpoint without a declared access does not compile.
 */
export const accessLevels = ['anyone', 'self', 'read', 'deploy', 'admin'] as const
export type Access = (typeof accessLevels)[number]

/**
 * What the access is needed on.
 * `platform`: Berth itself; whoever is signed in may read, only an admin of the platform may more.
 * `project`, `app`: the one that the request names; what the caller may not even read is not found.
 * `visible`: a listing of what the caller may see, with the access somewhere.
 */
export const accessSubjects = ['platform', 'project', 'app', 'visible'] as const
export type AccessSubject = (typeof accessSubjects)[number]

type Shape = z.ZodType

/** One HTTP endpoint; the server, the client, the CLI and the OpenAPI document all derive from it. */
export interface Endpoint<
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends Shape = Shape,
  Result extends Shape = Shape,
  Stream extends boolean = boolean,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Fastify's form: `/v1/apps/:app`. */
  readonly path: string
  readonly access: Access
  readonly on: AccessSubject
  readonly summary: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** The answer; with `stream`, each event of an endless answer (text/event-stream). */
  readonly result: Result
  readonly stream?: Stream
  /** The body is bytes as they are, taken as they come and never held in memory. */
  readonly upload?: boolean
  /** The body is bytes of any type, handed over whole: what was signed is not what was parsed. */
  readonly readsBytes?: boolean
  readonly errors: readonly ErrorCode[]
}

/** Keeps the literal types of a declaration. */
export const defineEndpoint = <
  Params extends Shape = z.ZodUndefined,
  Query extends Shape = z.ZodUndefined,
  Body extends Shape = z.ZodUndefined,
  Result extends Shape = Shape,
  Stream extends boolean = false,
>(
  endpoint: Endpoint<Params, Query, Body, Result, Stream>,
): Endpoint<Params, Query, Body, Result, Stream> => endpoint

// biome-ignore lint/suspicious/noExplicitAny: stands for an endpoint of any shape; narrower types are not assignable to it.
export type AnyEndpoint = Endpoint<any, any, any, any, any>

type Part<Name extends string, Schema extends Shape, Value> = Schema extends z.ZodUndefined
  ? unknown
  : { [key in Name]: Value }

/** What a caller passes. */
export type InputOf<E> =
  E extends Endpoint<infer P, infer Q, infer B, Shape>
    ? Part<'params', P, z.input<P>> & Part<'query', Q, z.input<Q>> & Part<'body', B, z.input<B>>
    : never

/** What a handler gets: parsed, defaults filled in. */
export type RequestOf<E> =
  E extends Endpoint<infer P, infer Q, infer B, Shape>
    ? Part<'params', P, z.output<P>> & Part<'query', Q, z.output<Q>> & Part<'body', B, z.output<B>>
    : never

export type ResultOf<E> = E extends Endpoint<Shape, Shape, Shape, infer R> ? z.output<R> : never

/** Whether it answers with a stream of results rather than with one. */
export type IsStream<E> = E extends Endpoint<Shape, Shape, Shape, Shape, infer Stream> ? Stream : never
