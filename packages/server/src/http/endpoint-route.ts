import { type AnyEndpoint, describeZodError, PlatformError } from '@berth/contract'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Logger } from 'pino'
import type { Caller } from '../gate/caller.ts'
import type { Gate } from '../gate/gate.ts'
import { visitorOf } from '../gate/guard.ts'
import { type StreamWatch, streamMustEnd } from '../gate/stream-watch.ts'
import type { CallContext, EndpointHandler } from './endpoint-handler.ts'
import { type EventStreamTimes, sendEvents } from './event-stream.ts'
import type { Metrics } from './metrics.ts'
import { parseRequest } from './parse-request.ts'
import { isOurFailure, toProblem } from './problem.ts'
import { isShared } from './shared-result.ts'

export type EndpointRouteDeps = {
  gate: Gate
  streamWatch: StreamWatch
  metrics: Metrics
  log: Logger
  times: EventStreamTimes
  /** Aborts when the server stops; its reason is what open streams are told. */
  stopping: AbortSignal
}

/** The route that serves an endpoint: parses what comes in and checks what goes out. */
export function endpointRoute({ endpoint, answer }: EndpointHandler, deps: EndpointRouteDeps): RouteOptions {
  return {
    method: endpoint.method,
    url: endpoint.path,
    config: { access: endpoint.access, on: endpoint.on },
    exposeHeadRoute: endpoint.method === 'GET' && !endpoint.stream,
    handler: async (request, reply) => {
      const parsed = parseRequest(endpoint, endpoint.upload || endpoint.readsBytes ? withoutBody(request) : request)
      const check = { endpoint, params: parsed.params, body: parsed.body }
      await deps.gate.checkSubject(request.caller, check)
      const left = abortWhenClosed(reply)
      const ask = (signal: AbortSignal) => answer({ ...parsed, ...contextOf(request, reply), signal })
      if (!endpoint.stream) return checkResult(endpoint, await ask(left))

      const admitAgain = async () => {
        const caller = await deps.gate.admit(visitorOf(request), endpoint)
        await deps.gate.checkSubject(caller, check)
        return caller
      }
      const ended = abortWhenItMustEnd(request.caller, { admitAgain, watch: deps.streamWatch }, left)
      const signal = AbortSignal.any([left, deps.stopping, ended])
      const items = checkItems(endpoint, (await ask(signal)) as AsyncIterable<unknown>)
      await sendStream(items, { request, reply, signal }, deps)
    },
  }
}

function abortWhenItMustEnd(caller: Caller, by: Parameters<typeof streamMustEnd>[1], left: AbortSignal): AbortSignal {
  const stop = new AbortController()
  if (caller.kind === 'nobody') return stop.signal
  streamMustEnd(caller, by, left).then(
    (reason) => stop.abort(reason),
    () => undefined, // It ended by itself.
  )
  return stop.signal
}

const contextOf = (request: FastifyRequest, reply: FastifyReply): Omit<CallContext, 'signal'> => ({
  caller: request.caller,
  headers: request.headers,
  address: request.ip,
  isSecure: request.protocol === 'https',
  uploaded: request.raw,
  bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  setCookie: (headerValue) => void reply.header('set-cookie', headerValue),
})

const withoutBody = ({ params, query }: FastifyRequest) => ({ params, query, body: undefined })

function abortWhenClosed({ raw }: FastifyReply): AbortSignal {
  const stop = new AbortController()
  raw.once('close', () => stop.abort(new Error('The caller has left')))
  return stop.signal
}

/** What was not declared does not leave, and neither does the reason: it may be a secret. */
function checkResult(endpoint: AnyEndpoint, result: unknown): unknown {
  const checked = endpoint.result.safeParse(result)
  if (checked.success) return checked.data
  throw new Error(
    `${endpoint.method} ${endpoint.path} answers what it does not declare: ${describeZodError(checked.error)}`,
  )
}

async function* checkItems(endpoint: AnyEndpoint, items: AsyncIterable<unknown>): AsyncGenerator<string> {
  const write = (result: unknown) => JSON.stringify(checkResult(endpoint, result))
  for await (const item of items) yield isShared(item) ? item.text(write) : write(item)
}

type Exchange = { request: FastifyRequest; reply: FastifyReply; signal: AbortSignal }

async function sendStream(items: AsyncIterable<string>, exchange: Exchange, deps: EndpointRouteDeps) {
  const { request, reply, signal } = exchange
  const { metrics, log, times } = deps
  const open = metrics.openStreams.labels(request.routeOptions.url ?? '')
  const describe = (error: unknown) => {
    if (isOurFailure(error)) log.error({ err: error, requestId: request.id }, 'stream_failed')
    return toProblem(error, request.id)
  }
  open.inc()
  try {
    await sendEvents(items, reply.raw, { headers: headersOf(reply), times, describe, signal })
    reply.hijack()
  } catch (error) {
    // The caller left before anything was sent: there is nobody to tell.
    if (!reply.raw.destroyed) throw error
    reply.hijack()
  } finally {
    open.dec()
  }
}

const headersOf = (reply: FastifyReply) =>
  Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]))

/** What an open stream is told when the server stops, so that a client knows to connect again. */
export const stoppingProblem = () =>
  new PlatformError('server_standby', 'The server is stopping', { hint: 'Connect again in a few seconds' })
