import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'

/** On every answer; a page that needs more than this says so itself. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export const headersFor = (request: FastifyRequest) => ({ ...headers, 'x-request-id': request.id })

export function addHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headersFor(request))
  })
}

/** One log line and one observation per answer. The address that was asked for stays out of the metrics. */
export function observeAnswers(app: FastifyInstance, { metrics, log }: { metrics: Metrics; log: Logger }): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request
    const route = request.routeOptions.url ?? 'none'
    const status = reply.raw.statusCode
    const isStream = String(reply.raw.getHeader('content-type')).startsWith('text/event-stream')
    if (!isStream) metrics.httpDurationSeconds.observe({ method, route, status }, reply.elapsedTime / 1000)
    // Reading is most of the traffic and changes nothing.
    const level = method === 'GET' || method === 'HEAD' ? 'debug' : 'info'
    log[level](
      { requestId: request.id, method, route, status, caller: request.caller.name, durationMs: reply.elapsedTime },
      'request_answered',
    )
  })
}
