import { setTimeout as delay } from 'node:timers/promises'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { FigureKeeper } from '../figures/figure-keeper.ts'
import { chunkShelf } from './chunk-shelf.ts'
import { liveRings, secondMs } from './live-rings.ts'
import { type MachineReading, readMachines } from './machine-readings.ts'
import { type Second, secondOf } from './second.ts'
import { type StatsWriterDeps, statsWriter } from './stats-writer.ts'
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

type Deps = Omit<StatsWriterDeps, 'rings' | 'shelf'> & {
  agents: Pick<AgentRegistry, 'list'>
  figures: Pick<FigureKeeper, 'newest'>
}

export function statsKeeper(deps: Deps) {
  const { agents, figures, now } = deps
  const rings = liveRings()
  const shelf = chunkShelf()
  const folder = stepFolder(rings, shelf)
  const writer = statsWriter({ ...deps, rings, shelf })
  const listeners = new Set<(second: Second) => void>()
  let machines: ReadonlyMap<string, MachineReading> = new Map()
  let newest: Second | undefined

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
    write: writer.write,
    prune: writer.prune,
    run: async (signal: AbortSignal) =>
      void (await Promise.all([runTicks(signal), writer.run(signal, () => folder.foldAll(now()))])),
  } satisfies StatsKeeper & Record<'tick' | 'write' | 'prune', unknown>
}
