import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { type AnyEndpoint, endpoints, PlatformError } from '@berth/contract'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { createChanges } from '../changes.ts'
import type { Gate } from '../gate/gate.ts'
import { guard } from '../gate/guard.ts'
import type { StreamWatch } from '../gate/stream-watch.ts'
import { checkDeclaration } from '../gate/subject.ts'
import { addByteRoutes } from './byte-routes.ts'
import { answerUnreadable } from './client-error.ts'
import { isEdge } from './edge-address.ts'
import type { EndpointHandler } from './endpoint-handler.ts'
import { endpointRoute, stoppingProblem } from './endpoint-route.ts'
import type { EventStreamTimes } from './event-stream.ts'
import { fromFrameworkError } from './framework-error.ts'
import { checkHandlers } from './handler-check.ts'
import { addHeaders, headersFor, observeAnswers } from './http-hooks.ts'
import type { Metrics } from './metrics.ts'
import { isForMissingPage } from './missing-page.ts'
import { otherMethods } from './other-methods.ts'
import { isOurFailure, problemContentType, toProblem } from './problem.ts'
import { type RawRoute, rawRoute, sendRaw } from './raw-route.ts'

export type HttpOptions = {
  handlers: readonly EndpointHandler[]
  rawRoutes: readonly RawRoute[]
  gate: Gate
  metrics: Metrics
  log: Logger
  /** What must be handled; all that the contract declares, unless a test says otherwise. */
  declared?: readonly AnyEndpoint[]
  times?: EventStreamTimes
  streamWatch?: StreamWatch
}

export type HttpServer = {
  port: number
  /** Resolves when the last answer has been sent after the signal aborted. */
  closed: Promise<void>
}

const bodyLimitBytes = 1024 ** 2
const uploadTypes = ['application/octet-stream', 'application/zip', 'application/gzip', 'application/x-tar']
/** Longer than what any schema allows, so that a long name is refused in words rather than "not found". */
const maxParamLength = 4096
/** How long running requests may take to end after a stop. */
const closeTimeoutMs = 5_000

/** Serves until the signal aborts. */
export async function serveHttp(
  options: HttpOptions & { host: string; port: number },
  signal: AbortSignal,
): Promise<HttpServer> {
  const app = createHttpApp(options, signal)
  await app.listen({ host: options.host, port: options.port })
  const { port } = app.server.address() as AddressInfo
  options.log.info({ host: options.host, port }, 'http_listening')
  return { port, closed: closeOnAbort(app, signal) }
}

async function closeOnAbort(app: FastifyInstance, signal: AbortSignal) {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  const timer = setTimeout(() => app.server.closeAllConnections(), closeTimeoutMs)
  await app.close()
  clearTimeout(timer)
}

/** The app without a socket, as tests use it. */
export function createHttpApp(options: HttpOptions, signal: AbortSignal): FastifyInstance {
  const { handlers, gate, metrics, log } = options
  const declared = options.declared ?? endpoints
  checkHandlers(declared, handlers)
  declared.forEach(checkDeclaration)
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength },
    trustProxy: isEdge,
    genReqId: () => randomUUID(),
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: answerUnreadable,
  })
  guard(app, gate)
  app.removeContentTypeParser('text/plain')
  // Left unread: who takes bytes reads them as they come, and for anyone else this is no JSON.
  app.addContentTypeParser(uploadTypes, (_request, _payload, done) => done(null, undefined))
  const home = options.rawRoutes.find(({ path }) => path === '/')
  app.setErrorHandler(async (error, request, reply) => {
    if (!home || !isForMissingPage(request)) return sendProblem(error, request, reply)
    // The dashboard says in words, and as a page, that there is nothing here.
    return sendRaw(reply.code(404).headers(headersFor(request)), await home.answer(request))
  })
  app.setNotFoundHandler(({ method, url }) => {
    throw new PlatformError('not_found', `There is nothing at ${method} ${url.split('?')[0]}`)
  })
  addHeaders(app)
  observeAnswers(app, { metrics, log })

  const stopping = new AbortController()
  signal.addEventListener('abort', () => stopping.abort(stoppingProblem()), { once: true })
  const times = options.times ?? { firstCommentMs: 1_000, commentMs: 15_000 }
  const streamWatch = options.streamWatch ?? { accessChanges: createChanges(), recheckMs: 10_000 }
  const routeDeps = { gate, streamWatch, metrics, log, times, stopping: stopping.signal }
  const toRoute = (handler: EndpointHandler) => endpointRoute(handler, routeDeps)
  const { ofBytes = [], others = [] } = Object.groupBy(handlers, (it) =>
    it.endpoint.readsBytes ? 'ofBytes' : 'others',
  )
  const [routes, byteRoutes] = [[...others.map(toRoute), ...options.rawRoutes.map(rawRoute)], ofBytes.map(toRoute)]
  for (const route of [...routes, ...otherMethods(app, [...routes, ...byteRoutes])]) app.route(route)
  addByteRoutes(app, byteRoutes)
  return app

  function sendProblem(raised: unknown, request: FastifyRequest, reply: FastifyReply) {
    const error = fromFrameworkError(raised)
    if (isOurFailure(error)) log.error({ err: error, requestId: request.id }, 'request_failed')
    const problem = toProblem(error, request.id)
    reply.headers(headersFor(request)) // The gate, or an address that cannot be read, came before the hook that adds them.
    if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="berth"')
    return reply.code(problem.status).type(problemContentType).send(JSON.stringify(problem))
  }
}
