import type { RouteTable } from '@berth/contract'
import { checkHost } from './check-host.ts'
import { doorSection } from './edge-door.ts'
import type { EdgeSystem, RenderedEdge } from './edge-system.ts'
import { appBackend, registryBackendSection, serverBackendSection } from './haproxy-backends.ts'
import { registryFrontend, successor, webFrontend } from './haproxy-frontends.ts'
import { defaults, global, initState, resolvers } from './haproxy-settings.ts'
import { renderHostsMap } from './hosts-map.ts'
import { otherEdgeSection } from './other-edge.ts'

export { edgeFolder, hostsMapPath } from './edge-paths.ts'

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
