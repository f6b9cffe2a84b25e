import type { EdgeStatus, RouteTable } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'
import type { ToldInstances } from '../truth/told-instances.ts'
import type { Clock } from './clock.ts'
import { joinNetworks, leaveOtherNetworks, networksOf } from './edge-container.ts'
import { doorTable, type EdgeDoor, hasStood, isClosed, isSettling } from './edge-door.ts'
import { type EdgeFiles, readRendered } from './edge-files.ts'
import { type EdgeChange, planEdgeChange } from './edge-plan.ts'
import { applyByReload, applyMap } from './edge-reload.ts'
import { backendStatuses } from './edge-status.ts'
import type { RenderedEdge } from './edge-system.ts'
import { foundAll } from './found-apps.ts'
import { parseStat, type ServerRow } from './haproxy-answers.ts'
import { askHaproxy } from './haproxy-socket.ts'
import { addCounts, parseWorker, type RequestCounts } from './request-counts.ts'
import type { StatusBoard } from './status-board.ts'

const reloadSpacingMs = 2000
const seenMs = 3000
/** Of backends (2) and servers (4); slots without an instance are in maintenance, and most are. */
const showWorkerAndServers = `show info; show table ${doorTable}; show stat -1 6 -1 no-maint`

type Deps = {
  engine: MachineEngine
  files: EdgeFiles
  render(table: RouteTable): RenderedEdge
  door: Pick<EdgeDoor, 'turn' | 'open' | 'settle' | 'openOrSettle'>
  told: Pick<ToldInstances, 'services'>
  board: Pick<StatusBoard, 'publish'>
  clock: Clock
  log: Log
}

export type TableServing = ReturnType<typeof tableServing>

/** Makes the edge serve one table after the other, and knows which one it serves. */
export function tableServing(deps: Deps, first: RouteTable, signal: AbortSignal) {
  const { engine, files, render, door, told, board, clock } = deps
  let served = first
  let missingNetworks: ReadonlyMap<string, unknown> = new Map()
  let lastReloadMs = -reloadSpacingMs
  let counts: RequestCounts | undefined
  let looks = 0
  let countedLook = 0
  let countedAtMs: number | null = null
  let lastSeen: { rows: readonly ServerRow[]; atMs: number } | undefined

  async function look(): Promise<Pick<EdgeStatus, 'backends' | 'countedAtMs'>> {
    const thisLook = ++looks
    const answer = await askHaproxy(files.adminSocket, showWorkerAndServers, signal)
    const rows = parseStat(answer.slice(Math.max(0, answer.indexOf('# pxname'))))
    // An answer that a later look overtook would seem to be counters that went back.
    if (thisLook > countedLook) {
      countedLook = thisLook
      countedAtMs = clock.nowMs()
      lastSeen = { rows, atMs: countedAtMs }
      counts = addCounts(counts, { worker: parseWorker(answer), rows })
    }
    const backends = backendStatuses(served.backends, rows, counts?.totals ?? new Map())
    const isFound = foundAll(backends, told.services())
    await door.openOrSettle({ rows, hasStood: hasStood(answer), isFound }, signal)
    return { countedAtMs, backends }
  }

  /** The first configuration that has a door would close an edge that is serving. */
  async function keepOpen(rows: readonly ServerRow[] | undefined) {
    if (rows && !isClosed(rows)) await door.open(signal)
    if (rows && !isSettling(rows)) await door.settle(signal)
  }

  return {
    served: () => served,
    /** What it serves and its servers, those in maintenance left out; undefined when the last look was too long ago. */
    seen: () =>
      lastSeen && clock.nowMs() - lastSeen.atMs < seenMs
        ? { backends: served.backends, rows: lastSeen.rows }
        : undefined,
    /** Those that could not be joined, and why. */
    missingNetworks: () => missingNetworks,
    /** To be done first: a name that nothing answers for yet would be asked of the resolvers outside. */
    async join(table: RouteTable) {
      missingNetworks = await joinNetworks(engine, [...networksOf(served), ...networksOf(table)], {
        onJoining: (joining) => board.publish({ joining }),
        signal,
      })
    },
    needsReload: async (table: RouteTable) => planEdgeChange(await readRendered(files), render(table)) === 'reload',
    async untilReloadIsDue() {
      await clock.wait(Math.max(0, lastReloadMs + reloadSpacingMs - clock.nowMs()), signal)
      signal.throwIfAborted()
    },
    async serve(table: RouteTable) {
      // A new worker counts from zero, and what the old one counted since the last look would be lost with it.
      const willReload = planEdgeChange(await readRendered(files), render(table)) === 'reload'
      if (willReload) await look().catch(() => undefined)
      const before = { turn: door.turn(), rows: lastSeen?.rows }
      const kind = await changeEdge(deps, table, signal)
      if (kind === 'reload') lastReloadMs = clock.nowMs()
      if (kind === 'reload' && before.turn === door.turn()) await keepOpen(before.rows)
      served = table
    },
    leaveOthers: () => leaveOtherNetworks(engine, networksOf(served), signal),
    look,
    /** What an edge that does not answer is taken for: nothing up, and nothing counted beyond the last look. */
    unseen: () => ({ countedAtMs: null, backends: backendStatuses(served.backends, [], counts?.totals ?? new Map()) }),
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
