import type { RouteTable } from '@berth/contract'
import type { EdgeSystem } from './edge-system.ts'
import { serverBackend } from './haproxy-backends.ts'

/** Stands for the backend of a host whose app is stopped. */
export const stopped = '@stopped'

/** One line per host: the backend and, for the pages that the edge answers itself, the app. */
export function renderHostsMap(system: EdgeSystem, table: RouteTable): string {
  const entries = new Map(
    table.routes
      .filter((route) => isPlainHost(route.host) && isPlainHost(route.app))
      .map((route) => [route.host.toLowerCase(), `${route.backend ?? stopped}/${route.app}`]),
  )
  for (const host of ownHosts(system)) entries.set(host, `${serverBackend}/berth`)
  return [...entries]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, entry]) => `${host} ${entry}\n`)
    .join('')
}

const ownHosts = ({ domain, machineAddress }: EdgeSystem): string[] => [
  `berth.${domain}`.toLowerCase(),
  'localhost',
  '127.0.0.1',
  ...(machineAddress ? [machineAddress] : []), // None while the machine is in no cluster.
]

export const isPlainHost = (host: string) => /^[a-z0-9.-]+$/i.test(host)
