import type { Backend, Route } from '@berth/contract'
import { isPlainHost } from './hosts-map.ts'

/**
 * Apps may answer to their own name only. By the app that the backend's name begins with, not by the route that leads
 * there: moving a route must not change the configuration.
 */
export function checkHost(backend: Backend, routes: readonly Route[], domain: string): string {
  const app = routes
    .map((route) => route.app)
    .filter((name) => isReleaseOf(name, backend.name))
    .toSorted((a, b) => b.length - a.length)[0]
  const host = routes
    .filter((route) => route.app === app && isPlainHost(route.host))
    .map((route) => route.host.toLowerCase())
    .toSorted()[0]
  return host ?? `${backend.name.replace(/-[a-z0-9]+-r\d+(-\d+)?$/, '')}.${domain}`
}

const isReleaseOf = (app: string, backendName: string) =>
  backendName.startsWith(`${app}-`) && /^[a-z0-9-]+-r\d+(-\d+)?$/.test(backendName.slice(app.length + 1))
