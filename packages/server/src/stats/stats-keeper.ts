import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterState } from '@berth/engine'
import type { Logger } from 'pino'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import type { FigureKeeper } from '../figures/figure-keeper.ts'
import { chunkShelf } from './chunk-shelf.ts'
import { liveRings, secondMs } from './live-rings.ts'
import { type MachineReading, readMachines } from './machine-readings.ts'
import { retentionOf } from './retention.ts'
import type { Chunk, SampleStore } from './sample-store.ts'
import { type Second, secondOf } from './second.ts'
import { stepFolder } from './step-folder.ts'
import { appSubject, instanceSubject, machineSubject, overviewSubject } from './subject.ts'

/** Takes what agents tell once a second, and keeps it: seconds in memory, longer steps in the database. */
export interface StatsKeeper {
  /** Undefined before the first. */
  newest(): Second | undefined
  /** Called after each second; the answer stops it. */
  onSecond(listener: (second: Second) => void): () => void
  readonly rings: ReturnType<typeof liveRings>
  readonly shelf: ReturnType<typeof chunkShelf>
  /** Until the signal; what is not written then is written before it resolves. */
  run(signal: AbortSignal): Promise<void>
}

type Deps = {
  agents: Pick<AgentRegistry, 'list'>
  cluster: { current(): ClusterState | undefined }
  figures: Pick<FigureKeeper, 'newest'>
  store: SampleStore
  listApps(): Promise<readonly { name: string; createdAtMs: number }[]>
  now(): number
  log: Logger
}

/** What a kill loses at most. */
const writeEveryMs = 60_000
/** Soon after the first step, since a write also fetches what the database has of the spans that this server began anew. */
const firstWriteMs = 20_000
const writesPerPrune = 10
const chunksPerWrite = 100

export function statsKeeper(deps: Deps) {
  const { agents, cluster, figures, store, listApps, now, log } = deps
  const rings = liveRings()
  const shelf = chunkShelf()
  const folder = stepFolder(rings, shelf)
  const listeners = new Set<(second: Second) => void>()
  let machines: ReadonlyMap<string, MachineReading> = new Map()
  let newest: Second | undefined
  let createdAtMs: ReadonlyMap<string, number> = new Map()

  function tick() {
    const nowMs = now()
    if (!rings.advance(nowMs)) return
    folder.fold(nowMs)
    rings.forgetSilent()
    machines = readMachines(machines, hear(), nowMs)
    newest = secondOf(rings.newestMs(), machines, figures.newest().apps)
    keep(newest)
    for (const listener of [...listeners]) listener(newest)
  }

  const hear = () =>
    agents.list().flatMap((agent) => {
      const heartbeat = agent.lastHeartbeat
      return heartbeat ? [{ machine: agent.name, connection: agent, heartbeat }] : []
    })

  function keep(second: Second) {
    for (const sample of second.machines) rings.write(machineSubject(sample.machine), sample)
    for (const sample of second.apps) rings.write(appSubject(sample.app), sample)
    for (const sample of second.instances) rings.write(instanceSubject(sample), sample)
    if (second.machines.length > 0) rings.write(overviewSubject, second.overview)
  }

  /** Everything that is not written yet, a part at a time, so that others may use the database in between. */
  async function write() {
    await forgetRemoved()
    const keys = shelf.dirty()
    for (let from = 0; from < keys.length; from += chunksPerWrite) {
      await writeSome(keys.slice(from, from + chunksPerWrite))
    }
    shelf.dropFinished(now())
  }

  async function writeSome(keys: readonly string[]) {
    await sync(shelf.unsynced(keys))
    const taken = shelf.take(keys)
    try {
      await store.put(taken)
      shelf.written(taken)
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error
      // An app was removed since it was last looked; what is left of these is written at the next time.
      await forgetRemoved()
    }
  }

  async function sync(asked: readonly Chunk[]) {
    for (const [stepMs, some = []] of Object.entries(Object.groupBy(asked, ({ table }) => table.stepMs))) {
      const sinceMs = Math.min(...some.map(({ table }) => table.startMs))
      const subjects = some.map(({ subject }) => subject)
      const stored = await store.list(subjects, { retention: retentionOf(Number(stepMs)), sinceMs })
      shelf.sync(some, stored)
    }
  }

  /** One that was made anew under its name has nothing of what was there before. */
  async function forgetRemoved() {
    const apps = new Map((await listApps()).map((app) => [app.name, app.createdAtMs]))
    const isGone = ({ app }: { app: string | null }) =>
      app !== null && (!apps.has(app) || (createdAtMs.has(app) && createdAtMs.get(app) !== apps.get(app)))
    shelf.forget(isGone)
    rings.forget(isGone)
    createdAtMs = apps
  }

  const prune = () => store.prune({ nowMs: now(), machines: cluster.current()?.machines.map(({ name }) => name) })

  const warn = (error: unknown) => log.warn({ err: error }, 'stats_not_written')

  async function runWrites(signal: AbortSignal) {
    for (let writes = 0; !signal.aborted; writes++) {
      await delay(writes === 0 ? firstWriteMs : writeEveryMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) break
      await write().catch(warn)
      if (writes % writesPerPrune === 0) await prune().catch(warn)
    }
    folder.foldAll(now())
    await write().catch(warn)
  }

  async function runTicks(signal: AbortSignal) {
    while (!signal.aborted) {
      tick()
      await delay(secondMs - (now() % secondMs), undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    newest: () => newest,
    onSecond(listener: (second: Second) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    rings,
    shelf,
    tick,
    write,
    prune,
    run: async (signal: AbortSignal) => void (await Promise.all([runTicks(signal), runWrites(signal)])),
  } satisfies StatsKeeper & Record<'tick' | 'write' | 'prune', unknown>
}
