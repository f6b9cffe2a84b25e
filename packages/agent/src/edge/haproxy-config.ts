import type { RouteTable } from '@berth/contract'
import { checkHost } from './check-host.ts'
import { doorSection } from './edge-door.ts'
import { appBackend, registryBackendSection, serverBackendSection } from './haproxy-backends.ts'
import { registryFrontend, successor, webFrontend } from './haproxy-frontends.ts'
import { defaults, global, initState, resolvers } from './haproxy-settings.ts'
import { renderHostsMap } from './hosts-map.ts'
import { otherEdgeSection } from './other-edge.ts'

export { edgeFolder, hostsMapPath } from './edge-paths.ts'

/** What an edge is told by its machine rather than by the routes. */
export type EdgeSystem = {
  /** Under which apps get their names; Berth itself is `berth.<domain>`. */
  domain: string
  machineAddress: string
  /** Address of the machine on the edge's bridge: the one source that may speak to the registry. */
  registryGateway: string
  probeSecret: string
  /** Such as [3, 2]; null while it has not been asked. */
  haproxyVersion: readonly [number, number] | null
  /** Whether HAProxy can run the script that makes requests wait. Every usual build can. */
  hasLua: boolean
}

export type RenderedEdge = { config: string; hostsMap: string }

export function renderEdge(system: EdgeSystem, table: RouteTable): RenderedEdge {
  return { config: renderConfig(system, table), hostsMap: renderHostsMap(system, table) }
}

function renderConfig(system: EdgeSystem, table: RouteTable): string {
  const backends = table.backends.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return [
    global(system),
    resolvers(backends.length + 2),
    defaults(system),
    webFrontend(system),
    registryFrontend(system),
    successor(system),
    otherEdgeSection(system),
    doorSection(initState(system.haproxyVersion, 'fully-down')),
    serverBackendSection,
    registryBackendSection,
    ...backends.map((backend) => appBackend(backend, checkHost(backend, table.routes, system.domain))),
  ].join('\n')
}
