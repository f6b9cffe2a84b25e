import { type Access, accessLevels, PlatformError } from '@berth/contract'
import type { FastifyInstance, RouteOptions } from 'fastify'

/** For every path, the methods that it does not have: an answer that names those it has, rather than "not found". */
export function otherMethods(app: FastifyInstance, routes: readonly RouteOptions[]): RouteOptions[] {
  const paths = Map.groupBy(routes, ({ url }) => url)
  return [...paths].flatMap(([url, onPath]) => {
    const has = onPath.flatMap(methodsOf)
    const others = app.supportedMethods.filter((method) => !has.includes(method))
    const allow = has.join(', ')
    return {
      method: others,
      url,
      config: { access: lowestAccess(onPath), on: 'visible' },
      handler: async (request, reply) => {
        reply.header('allow', allow)
        throw new PlatformError('method_not_allowed', `${request.method} is not for this address; it has ${allow}`)
      },
    } satisfies RouteOptions
  })
}

const methodsOf = ({ method, exposeHeadRoute }: RouteOptions) => {
  const methods = [method].flat()
  return methods.includes('GET') && exposeHeadRoute !== false ? [...methods, 'HEAD'] : methods
}

const lowestAccess = (routes: readonly RouteOptions[]): Access =>
  accessLevels.find((level) => routes.some(({ config }) => config?.access === level)) ?? 'admin'
