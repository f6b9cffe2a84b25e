import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type { ClusterState, Engine, ObservedInstance } from '@berth/engine'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { CordonStore } from '../cordons/cordon-store.ts'
import { needsOf } from '../placement/machine-fit.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { reservedResources } from '../reservations/reserved-resources.ts'
import { longWaiting, pressureMachines, releasableFor, rememberAll } from './pressure-facts.ts'
import type { MachineMemory } from './pressure-memory.ts'
import type { PressureMetrics } from './pressure-metrics.ts'
import { type HeldBack, type PressureStep, planPressure } from './pressure-plan.ts'

export type HeldBackMachine = { machine: string; words: string; because: HeldBack['because'] }

export interface PressureReconciler {
  /** Machines under pressure that go on taking instances, with what they are short of and why they are not cordoned. */
  heldBack(): readonly HeldBackMachine[]
  /** Not to be cordoned for a while: a person wants it to take instances. */
  spare(machineId: string): void
  /** One look, and at most one change. */
  pass(signal: AbortSignal): Promise<void>
  /** A pass each second until the signal. */
  run(signal: AbortSignal): Promise<void>
}

type Deps = {
  agents: Pick<AgentRegistry, 'find'>
  cluster: Pick<ClusterObserver, 'currentWithin' | 'look'>
  engine: Pick<Engine, 'setMachineAvailability'>
  releases: Pick<ReleaseStore, 'find'>
  cordons: Pick<CordonStore, 'put' | 'remove'>
  activity: Pick<ActivityStore, 'add'>
  metrics: PressureMetrics
  now(): number
  log: Logger
}

const passEveryMs = 1_000
/** A picture older than this is not acted on. */
const freshMs = 5_000
const sparedByPersonMs = 600_000
const sparedForWaitingMs = 120_000

export function pressureReconciler(deps: Deps): PressureReconciler {
  const { agents, cluster, releases, metrics, now, log } = deps
  const sparedUntilMs = new Map<string, number>()
  let memories = new Map<string, MachineMemory>()
  let heldBack: readonly HeldBackMachine[] = []
  let changedAtMs = Number.NEGATIVE_INFINITY

  const isSpared = (id: string) => (sparedUntilMs.get(id) ?? 0) > now()

  async function pass(signal: AbortSignal) {
    const state = cluster.currentWithin(freshMs)
    if (!state) return
    const nowMs = now()
    memories = rememberAll(memories, { state, agents, nowMs })
    const decision = planPressure({
      machines: pressureMachines(state, memories, { nowMs, isSpared }),
      waiting: await Promise.all(longWaiting(state, nowMs).map((instance) => whoCouldTake(instance, state, releases))),
      sinceChangeMs: nowMs - changedAtMs,
    })
    heldBack = decision.heldBack.map(({ machine: { name, worst }, because }) => ({
      ...{ machine: name, words: worst?.words ?? '', because },
    }))
    metrics.show(state.machines, memories, heldBack.length)
    if (decision.step) await change(decision.step, signal)
  }

  async function change(step: PressureStep, signal: AbortSignal) {
    changedAtMs = now()
    if (step.kind === 'release') sparedUntilMs.set(step.machine.id, now() + sparedForWaitingMs)
    try {
      await apply(step, deps, signal)
    } catch (error) {
      // Changed in between, so the next look decides anew.
      if (!(error instanceof PlatformError && error.code === 'conflict')) throw error
    }
    await cluster.look(signal)
  }

  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      await pass(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'pressure_pass_failed')
      })
      await delay(passEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    heldBack: () => heldBack,
    spare: (machineId) => void sparedUntilMs.set(machineId, now() + sparedByPersonMs),
    pass,
    run,
  }
}

async function whoCouldTake(
  { app, service, releaseVersion }: ObservedInstance,
  state: ClusterState,
  releases: Deps['releases'],
): Promise<string[]> {
  const release = await releases.find(app, releaseVersion)
  const found = release?.services.find(({ name }) => name === service)
  return found ? releasableFor(state, needsOf({ ...found, resources: reservedResources(found) })) : []
}

async function apply({ kind, machine, reason }: PressureStep, deps: Deps, signal: AbortSignal) {
  const { engine, cordons, activity, metrics, log } = deps
  const { id: machineId, name, version } = machine
  if (kind === 'cordon') {
    await engine.setMachineAvailability(machineId, { availability: 'pause', cordonLabel: 'pressure' }, version, signal)
    await cordons.put({ machineId, cause: 'pressure', actor: 'berth', reason })
  } else {
    await engine.setMachineAvailability(machineId, { availability: 'active', cordonLabel: null }, version, signal)
    await cordons.remove(machineId)
  }
  metrics.changes.inc({ kind })
  log.info({ machine: name, reason }, kind === 'cordon' ? 'machine_cordoned' : 'machine_uncordoned')
  const detail = kind === 'cordon' ? `${name} is under pressure: ${reason}` : `${name}: ${reason}`
  await activity.add({ actor: 'berth', kind: kind === 'cordon' ? 'machine_cordoned' : 'machine_uncordoned', detail })
}
