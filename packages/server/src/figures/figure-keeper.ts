import { setTimeout as delay } from 'node:timers/promises'
import type { AppFigures, AppSeries } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import type { Logger } from 'pino'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import { figureRings } from './figure-rings.ts'
import { figuresBetween, type MachineCounts } from './figure-step.ts'

export const stepMs = 2_000
export const stepsKept = 300

export type FigureStep = { atMs: number; apps: ReadonlyMap<string, AppFigures> }

/** What was measured of the apps, step by step. In memory: a server that starts anew begins anew. */
export interface FigureKeeper {
  /** The newest step, with all apps that were measured lately. */
  newest(): FigureStep
  series(app: string, steps: number): AppSeries
  /** Called after each step; the answer stops it. */
  onStep(listener: (step: FigureStep) => void): () => void
  /** Takes a step every two seconds until the signal. */
  run(signal: AbortSignal): Promise<void>
}

type Deps = {
  agents: Pick<AgentRegistry, 'list'>
  /** What runs, to know whose backend is whose. */
  cluster: { current(): ClusterState | undefined }
  /** Names of all apps; the figures of others are forgotten. */
  listApps(): Promise<readonly { name: string }[]>
  now(): number
  log: Logger
}

const unmeasured: AppFigures = {
  requestsPerSecond: null,
  errorsPerSecond: null,
  inFlight: null,
  cpuRatio: null,
  memoryBytes: null,
}

export function figureKeeper({ agents, cluster, listApps, now, log }: Deps): FigureKeeper & { step(): void } {
  const rings = figureRings(stepsKept)
  const listeners = new Set<(step: FigureStep) => void>()
  let counts: MachineCounts = new Map()
  let owners = new Map<string, string>()
  let newest: FigureStep = { atMs: now(), apps: new Map() }

  function readCounts(): MachineCounts {
    return new Map(
      agents
        .list()
        .flatMap((agent) =>
          agent.lastHeartbeat
            ? [[agent.machineId, { connection: agent, heartbeat: agent.lastHeartbeat }] as const]
            : [],
        ),
    )
  }

  /** A backend that just left the cluster still has its last requests to be counted. */
  function learnOwners(seen: MachineCounts) {
    const { services = [], instances = [] } = cluster.current() ?? {}
    for (const { name, app } of services) owners.set(name, app)
    for (const { serviceName, app } of instances) owners.set(serviceName, app)
    const used = new Set<string>()
    for (const { heartbeat } of seen.values()) for (const { name } of heartbeat.edge.backends) used.add(name)
    owners = new Map([...owners].filter(([name]) => used.has(name)))
  }

  function step() {
    const seen = readCounts()
    learnOwners(seen)
    const figures = figuresBetween(counts, seen, (backend) => owners.get(backend))
    counts = seen
    rings.add(figures)
    newest = { atMs: now(), apps: new Map(rings.apps().map((app) => [app, figures.get(app) ?? unmeasured])) }
    for (const listener of [...listeners]) listener(newest)
    void forgetRemoved()
  }

  async function forgetRemoved() {
    try {
      rings.keepOnly(new Set((await listApps()).map(({ name }) => name)))
    } catch (error) {
      log.warn({ err: error }, 'figures_not_tidied')
    }
  }

  async function run(signal: AbortSignal) {
    let dueMs = performance.now() + stepMs
    while (!signal.aborted) {
      await delay(Math.max(0, dueMs - performance.now()), undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      // Held up for longer than a step: nobody measured in those that were missed.
      for (; performance.now() - dueMs > stepMs; dueMs += stepMs) rings.add(new Map())
      step()
      dueMs += stepMs
    }
  }

  return {
    newest: () => newest,
    series: rings.series,
    onStep(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    step,
    run,
  }
}
