import { type Access, type AccessSubject, accessLevels, accessSubjects } from '@berth/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Caller, nobody } from './caller.ts'
import type { Gate } from './gate.ts'
import type { Visitor } from './identification.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. A route without it is refused when it is registered. */
    access?: Access
    /** What the access is needed on; the platform, unless it says otherwise. */
    on?: AccessSubject
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
    const { access, on = 'platform' } = config ?? {}
    if (access && accessLevels.includes(access) && accessSubjects.includes(on)) return
    throw new Error(`${method} ${url} declares no access`)
  })

  app.addHook('onRequest', async (request) => {
    // What is no route has no access declared; the same answer as for one that has keeps the API's shape unseen.
    const { access = 'read', on = 'platform' } = request.routeOptions.config
    callers.set(request, await gate.admit(visitorOf(request), { access, on }))
  })
}

export const visitorOf = ({ method, headers, ip, protocol }: FastifyRequest): Visitor => ({
  ...{ method, headers, address: ip },
  isSecure: protocol === 'https',
})
