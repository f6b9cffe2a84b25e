import { z } from 'zod'
import type { AnyEndpoint, InputOf, ResultOf } from './endpoint.ts'
import { describeZodError, type ErrorCode, errorStatus, PlatformError } from './errors.ts'
import { readEvents } from './event-stream.ts'

export type RequestOptions = {
  signal?: AbortSignal | undefined
  /** For an endpoint that takes bytes. Such a call may take as long as it needs. */
  upload?: Upload | undefined
}

/** Bytes to send, in pieces as they come, or in a browser's own keeping; the length where it is known. */
export type Upload = { body: ReadableStream<Uint8Array> | Blob; sizeBytes?: number | undefined }

/** Throws a PlatformError for everything but an abort, which rejects with the signal's reason. */
export interface Client {
  call<E extends AnyEndpoint>(endpoint: E, input: InputOf<E>, options?: RequestOptions): Promise<ResultOf<E>>
  /** Ends when the server ends the stream, throws when it broke before that. Connecting again is up to the caller. */
  stream<E extends AnyEndpoint>(
    endpoint: E,
    input: InputOf<E>,
    options?: RequestOptions,
  ): AsyncGenerator<ResultOf<E>, void, undefined>
}

/** As much of `fetch` as is used here, so that it is easy to bring another one. */
export type Fetch = (
  url: string,
  init: {
    method: string
    headers: Record<string, string>
    signal: AbortSignal
    body?: string | ReadableStream<Uint8Array> | Blob
  },
) => Promise<FetchAnswer>

export type FetchAnswer = Pick<Response, 'ok' | 'status' | 'body' | 'json'> & {
  headers: { get(name: string): string | null }
}

export interface ClientOptions {
  /** Without a path: `http://berth.localhost`; empty for the page's own origin. */
  baseUrl: string
  token?: string | undefined
  fetch?: Fetch | undefined
  /** How long a call may take, and how long a stream may take to begin. */
  timeoutMs?: number | undefined
}

export function createClient({ baseUrl, token, fetch = globalThis.fetch, timeoutMs = 30_000 }: ClientOptions): Client {
  const origin = baseUrl.replace(/\/+$/, '')

  async function send(endpoint: AnyEndpoint, input: unknown, { signal, stop, upload }: Sending): Promise<FetchAnswer> {
    const { path, body: json } = readInput(endpoint, input)
    const body = upload?.body ?? json
    const accept = endpoint.stream ? 'text/event-stream' : 'application/json'
    const response = await fetch(`${origin}${path}`, {
      method: endpoint.method,
      headers: {
        accept: `${accept}, application/problem+json`,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(upload ? uploadHeaders(upload) : {}),
      },
      signal: stop,
      ...(body === undefined ? {} : { body }),
    }).catch((error) => {
      throw isOver(signal, stop) ?? unreachable(origin, error)
    })
    const type = contentType(response)
    if (type === 'application/problem+json') throw readProblem(await response.json().catch(() => undefined))
    if (response.ok && type === accept) return response
    await response.body?.cancel().catch(() => undefined)
    throw notBerth(origin, response)
  }

  async function call<E extends AnyEndpoint>(endpoint: E, input: InputOf<E>, { signal, upload }: RequestOptions = {}) {
    const timer = upload ? noTimer() : startTimer(timeoutMs, origin)
    const stop = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal
    try {
      const response = await send(endpoint, input, { signal, stop, upload })
      const answer = await response.json().catch((error) => {
        throw isOver(signal, stop) ?? broken(origin, error)
      })
      return readResult(endpoint, answer)
    } finally {
      timer.clear()
    }
  }

  async function* stream<E extends AnyEndpoint>(endpoint: E, input: InputOf<E>, { signal }: RequestOptions = {}) {
    const timer = startTimer(timeoutMs, origin)
    const stop = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal
    const { body } = await send(endpoint, input, { signal, stop }).finally(timer.clear)
    if (!body) throw broken(origin, undefined)
    const events = readEvents(body)
    try {
      for (;;) {
        const { done, value } = await events.next().catch((error) => {
          throw isOver(signal, stop) ?? broken(origin, error)
        })
        if (done) return
        if (value.name === 'problem') throw readProblem(parseJson(value.text))
        yield readResult(endpoint, parseJson(value.text))
      }
    } finally {
      await events.return()
    }
  }

  return { call, stream }
}

/** `signal` is the caller's, `stop` is that or our timer. */
type Sending = { signal: AbortSignal | undefined; stop: AbortSignal; upload?: Upload | undefined }

const uploadHeaders = ({ sizeBytes }: Upload) => ({
  'content-type': 'application/octet-stream',
  ...(sizeBytes === undefined ? {} : { 'content-length': String(sizeBytes) }),
})

const noTimer = () => ({ signal: new AbortController().signal, clear: () => undefined })

const isOver = (signal: AbortSignal | undefined, stop: AbortSignal): unknown =>
  signal?.aborted ? signal.reason : stop.aborted ? stop.reason : undefined

function startTimer(timeoutMs: number, origin: string) {
  const stop = new AbortController()
  const timer = setTimeout(
    () => stop.abort(new PlatformError('engine_unavailable', `${origin} did not answer in ${timeoutMs / 1000} s`)),
    timeoutMs,
  )
  return { signal: stop.signal, clear: () => clearTimeout(timer) }
}

/** Checked here too, so that a bad name never becomes a path of another endpoint. */
function readInput(endpoint: AnyEndpoint, input: unknown): { path: string; body: string | undefined } {
  const { params, query, body } = (input ?? {}) as Record<'params' | 'query' | 'body', Record<string, unknown>>
  for (const [schema, value] of [
    [endpoint.params, params],
    [endpoint.query, query ?? {}],
    [endpoint.body, body],
  ]) {
    const checked = (schema as z.ZodType | undefined)?.safeParse(value)
    if (checked?.error) throw new PlatformError('invalid_request', describeZodError(checked.error))
  }
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeSegment(name, params?.[name]))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, String(value))
  return {
    path: search.size > 0 ? `${path}?${search}` : path,
    body: body === undefined ? undefined : JSON.stringify(body),
  }
}

function encodeSegment(name: string, value: unknown): string {
  const text = String(value ?? '')
  // These three do not survive as a path segment, not even encoded.
  if (['', '.', '..'].includes(text)) throw new PlatformError('invalid_request', `${name}: "${text}" is not an id`)
  return encodeURIComponent(text)
}

function readResult<E extends AnyEndpoint>(endpoint: E, answer: unknown): ResultOf<E> {
  const result = (endpoint.result as z.ZodType).safeParse(answer)
  if (result.success) return result.data as ResultOf<E>
  throw new PlatformError('internal', `Berth's answer is not understood: ${describeZodError(result.error)}`, {
    hint: 'Use the same version of Berth on both sides',
  })
}

// Not Problem: a newer server may know codes that we do not.
const SomeProblem = z.object({
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
  requestId: z.string().optional(),
})

export function readProblem(answer: unknown): PlatformError {
  const problem = SomeProblem.safeParse(answer)
  if (!problem.success) return new PlatformError('internal', 'Berth reported an error that is not understood')
  const { code, detail, hint, requestId } = problem.data
  const lookUp = code === 'internal' && requestId ? `Berth's log says more about request ${requestId}` : undefined
  return new PlatformError(Object.hasOwn(errorStatus, code) ? (code as ErrorCode) : 'internal', detail, {
    hint: hint ?? lookUp,
  })
}

const contentType = (response: FetchAnswer) => response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unreachable = (origin: string, cause: unknown) =>
  new PlatformError('engine_unavailable', `Nothing answers at ${origin}${describeCause(cause)}`, {
    hint: 'Start Berth with ./quickstart or "berth up"',
    cause,
  })

const broken = (origin: string, cause: unknown) =>
  new PlatformError('engine_unavailable', `The connection to ${origin} broke${describeCause(cause)}`, { cause })

function notBerth(origin: string, { status }: FetchAnswer): PlatformError {
  const isStarting = status === 502 || status === 503 || status === 504
  return isStarting
    ? new PlatformError('engine_unavailable', `Berth is not up behind ${origin} (answer ${status})`, {
        hint: 'Try again in a few seconds; if it stays so, run ./quickstart, which repairs Berth',
      })
    : new PlatformError('engine_unavailable', `What answers at ${origin} is not Berth (answer ${status})`, {
        hint: 'Check the address and its port, or run "berth login" with the right ones',
      })
}

/** The system's name for what went wrong, such as ECONNREFUSED; fetch hides it in the cause. */
function describeCause(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown }
    if (typeof code === 'string' && /^E[A-Z_]+$/.test(code)) return ` (${code})`
  }
  return ''
}
