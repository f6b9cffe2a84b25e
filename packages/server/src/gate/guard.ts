import { type Access, accessLevels } from '@berth/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Caller, nobody } from './caller.ts'
import type { Gate } from './gate.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. A route without it is refused when it is registered. */
    access?: Access
  }
  interface FastifyRequest {
    readonly caller: Caller
  }
}

/** Must be the first thing done to an app: routes registered before it would be open. */
export function guard(app: FastifyInstance, gate: Gate): void {
  const callers = new WeakMap<FastifyRequest, Caller>()
  app.decorateRequest('caller', {
    getter() {
      return callers.get(this) ?? nobody
    },
  })

  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access && accessLevels.includes(config.access)) return
    throw new Error(`${method} ${url} declares no access`)
  })

  app.addHook('onRequest', async (request) => {
    // What is no route has no access declared; the same answer as for one that has keeps the API's shape unseen.
    const needed = request.routeOptions.config.access ?? 'read'
    callers.set(request, await gate.admit({ headers: request.headers, address: request.ip }, needed))
  })
}
