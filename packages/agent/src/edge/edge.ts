import type { EdgeStatus, RouteTable } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Lapses } from '../lapses.ts'
import type { Log } from '../log.ts'
import { repairWork } from '../truth/repair-work.ts'
import type { ToldInstances } from '../truth/told-instances.ts'
import { truthCheck } from '../truth/truth-check.ts'
import { watchTruth } from '../truth/watch-truth.ts'
import { untilAborted } from '../until-aborted.ts'
import { type Clock, monotonicClock } from './clock.ts'
import { type Crossing, crossToOtherEdge } from './crossing.ts'
import { watchCutOff } from './cut-off-watch.ts'
import { doorKeeper } from './door-keeper.ts'
import { edgeName, registryGateway, systemNetwork } from './edge-container.ts'
import { edgeDoor } from './edge-door.ts'
import { edgeFiles } from './edge-files.ts'
import { prepareFolder, recallEdge, rememberEdge } from './edge-memory.ts'
import { type ProbeResult, probeEdge } from './edge-probe.ts'
import { startEdge } from './edge-start.ts'
import type { EdgeSystem } from './edge-system.ts'
import { watchEdge } from './edge-watch.ts'
import { renderEdge } from './haproxy-config.ts'
import { onlyManager } from './only-manager.ts'
import type { ServerReach } from './server-reach.ts'
import { statusBoard } from './status-board.ts'
import { tablePasses } from './table-passes.ts'
import { tableServing } from './table-serving.ts'

export type EdgeConfig = {
  domain: string
  httpPort: number
  edgeImage: string
  /** Where visitors reach this machine; empty for the machine itself only. */
  machineAddress: string
}

export type EdgeDeps = {
  engine: MachineEngine
  /** Shared with the edge, which has it at /edge. */
  folder: string
  config: EdgeConfig
  log: Log
  /** Where the cluster says that the instances are; nothing is compared without. */
  told?: Pick<ToldInstances, 'services'>
  /** Nothing is noticed of a standstill without. */
  lapses?: Pick<Lapses, 'count' | 'onLapse'>
  clock?: Clock
}

/** The edge of this machine, and what it sees. */
export interface Edge {
  /** Resolves when this table or a newer one is served, or with `error` when it could not be. */
  apply(table: RouteTable, signal?: AbortSignal): Promise<EdgeStatus>
  /** Whether a server speaks to this machine: what was missed while none did may have changed the routes. */
  setReach(reach: ServerReach): void
  status(): EdgeStatus
  /** Called when something changed that is worth telling; the answer stops it. */
  onChange(listener: (status: EdgeStatus) => void): () => void
  /** One request by the way that a visitor takes. */
  probe(input: { host: string; path: string }, signal?: AbortSignal): Promise<ProbeResult>
  /** On the network of Berth's own parts, for the edges of other machines; null while it is not on it. */
  overlayAddress(signal?: AbortSignal): Promise<string | null>
  /** Whether a request gets through to the edge of another machine. */
  crosses(crossing: Omit<Crossing, 'host'>, signal?: AbortSignal): Promise<boolean>
  /** Stops watching. The edge itself goes on serving. */
  close(): Promise<void>
}

/** What every HAProxy takes. */
const plainestBuild = { haproxyVersion: null, hasLua: false }
const noRoutes: RouteTable = { backends: [], routes: [] }
const neverTold = { services: () => undefined }
const noLapses = { count: () => 0, onLapse: () => () => {} }

export async function openEdge(deps: EdgeDeps): Promise<Edge> {
  const stop = new AbortController()
  const { config, log } = deps
  const parts = await buildParts(deps, stop.signal)
  const { memory, serving, passes, board, start } = parts

  await start()
  await passes.run()
  if (!memory.table) board.publish({ fingerprint: null })
  const { probeSecret: secret } = memory
  const ownEdge = () => ({ address: config.machineAddress || '127.0.0.1', port: config.httpPort, secret })
  if (serving.missingNetworks().has(systemNetwork)) log.warn('edge_network_missing', { network: systemNetwork })
  const watching = Promise.all([
    watchEdge(parts, stop.signal),
    watchTruth(parts, stop.signal),
    watchCutOff(parts, stop.signal),
    parts.manager.watch(),
  ])

  return {
    async apply(table, signal) {
      signal?.throwIfAborted()
      const turn = await parts.keeper.beginTurn(table)
      await untilAborted(passes.serve(table), signal)
      await parts.keeper.endTurn(turn)
      return board.status()
    },
    setReach: parts.keeper.setReach,
    status: board.status,
    onChange: board.onChange,
    probe: (input, signal) => probeEdge(ownEdge(), input, signal),
    overlayAddress: async (signal) =>
      (await deps.engine.containerAddress(edgeName, systemNetwork, signal).catch(() => undefined)) ?? null,
    // Under a name that is served whatever the routes are, and is never behind the door.
    crosses: (crossing, signal) => crossToOtherEdge(ownEdge(), { ...crossing, host: `berth.${config.domain}` }, signal),
    async close() {
      stop.abort(new Error('The edge is closed'))
      await Promise.allSettled([watching, passes.running()])
    },
  }
}

async function buildParts(deps: EdgeDeps, signal: AbortSignal) {
  const { engine, folder, config, log, told = neverTold, lapses = noLapses, clock = monotonicClock } = deps
  const files = edgeFiles(folder)
  await prepareFolder(folder)
  const memory = await recallEdge(folder)
  const { probeSecret } = memory
  const { domain, machineAddress } = config
  const gateway = await registryGateway(engine)
  const system: EdgeSystem = { domain, machineAddress, registryGateway: gateway, probeSecret, ...plainestBuild }

  const board = statusBoard()
  const render = (table: RouteTable) => renderEdge(system, table)
  const remember = (table: RouteTable) => rememberEdge(folder, { probeSecret, table })
  const firstTable = memory.table ?? noRoutes
  const manager = await onlyManager({ engine, clock }, signal)
  const door = edgeDoor({ files, log, lapses, isTrusted: manager.isOnly })
  const serving = tableServing({ engine, files, render, door, told, board, clock, log }, firstTable, signal)
  const passes = tablePasses({ serving, remember, board, clock, log }, firstTable, signal)

  /** Another version may come with another container. */
  async function start() {
    const plainest = renderEdge({ ...system, ...plainestBuild }, passes.wanted())
    Object.assign(system, await startEdge({ engine, files, settings: config, clock, log }, plainest, signal))
  }
  const truth = truthCheck({
    work: repairWork({ engine, files, log }),
    told,
    seen: () => (passes.running() ? undefined : serving.seen()),
    publish: (found) => board.publish({ truth: found }),
    clock,
  })
  const keeper = doorKeeper({ door, serving, lapses, log }, signal)
  const cutOff = { files, door, reach: keeper.reach, mayHold: () => system.hasLua }
  return { ...cutOff, memory, serving, passes, board, truth, manager, keeper, start, clock, log }
}
