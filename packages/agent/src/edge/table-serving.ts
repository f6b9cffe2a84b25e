import type { BackendStatus, RouteTable } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'
import type { Clock } from './clock.ts'
import { joinNetworks, leaveOtherNetworks, networksOf } from './edge-container.ts'
import { type EdgeFiles, readRendered } from './edge-files.ts'
import { type EdgeChange, planEdgeChange } from './edge-plan.ts'
import { applyByReload, applyMap } from './edge-reload.ts'
import { backendStatuses } from './edge-status.ts'
import { parseStat } from './haproxy-answers.ts'
import type { RenderedEdge } from './haproxy-config.ts'
import { askHaproxy } from './haproxy-socket.ts'

const reloadSpacingMs = 2000
/** Of backends (2) and servers (4); slots without an instance are in maintenance, and most are. */
const showServers = 'show stat -1 6 -1 no-maint'

type Deps = {
  engine: MachineEngine
  files: EdgeFiles
  render(table: RouteTable): RenderedEdge
  clock: Clock
  log: Log
}

export type TableServing = ReturnType<typeof tableServing>

/** Makes the edge serve one table after the other, and knows which one it serves. */
export function tableServing(deps: Deps, first: RouteTable, signal: AbortSignal) {
  const { engine, files, render, clock } = deps
  let served = first
  let missingNetworks: ReadonlyMap<string, unknown> = new Map()
  let lastReloadMs = -reloadSpacingMs

  return {
    served: () => served,
    /** Those that could not be joined, and why. */
    missingNetworks: () => missingNetworks,
    /** To be done first: a name that nothing answers for yet would be asked of the resolvers outside. */
    async join(table: RouteTable) {
      missingNetworks = await joinNetworks(engine, [...networksOf(served), ...networksOf(table)], signal)
    },
    needsReload: async (table: RouteTable) => planEdgeChange(await readRendered(files), render(table)) === 'reload',
    async untilReloadIsDue() {
      await clock.wait(Math.max(0, lastReloadMs + reloadSpacingMs - clock.nowMs()), signal)
      signal.throwIfAborted()
    },
    async serve(table: RouteTable) {
      const kind = await changeEdge(deps, table, signal)
      if (kind === 'reload') lastReloadMs = clock.nowMs()
      served = table
    },
    leaveOthers: () => leaveOtherNetworks(engine, networksOf(served), signal),
    async look(): Promise<BackendStatus[]> {
      const rows = parseStat(await askHaproxy(files.adminSocket, showServers, signal))
      return backendStatuses(served.backends, rows)
    },
  }
}

async function changeEdge(deps: Deps, table: RouteTable, signal: AbortSignal): Promise<EdgeChange> {
  const { files, render, log } = deps
  const rendered = render(table)
  const kind = planEdgeChange(await readRendered(files), rendered)
  if (kind === 'map') await applyMap(deps, rendered.hostsMap, signal)
  if (kind === 'reload') await applyByReload(deps, rendered, signal)
  if (kind !== 'nothing') log.info('edge_changed', { kind, backends: table.backends.length })
  return kind
}
