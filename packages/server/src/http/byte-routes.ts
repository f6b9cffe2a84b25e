import type { FastifyInstance, RouteOptions } from 'fastify'

/** Routes whose bodies are taken whole and as they are, whatever type they say they have. */
export function addByteRoutes(app: FastifyInstance, routes: readonly RouteOptions[]): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const route of routes) scope.route(route)
  })
}
