import { PlatformError } from '@berth/contract'
import type { ClusterState, Engine } from '@berth/engine'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { progressRebalance, rebalanceSteps } from '../rebalance/rebalance-progress.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import type { Wanted } from '../services/live-deployments.ts'
import type { Relocating } from './adjustments.ts'
import { type AvailabilityStep, isPausedFor, planAvailability } from './availability-plan.ts'
import { type DrainOutcome, firstSteps, planDrain } from './drain-plan.ts'
import { type RelocationFacts, relocationFacts } from './relocation-facts.ts'
import { isActiveRelocation, type RelocationRow } from './relocation-row.ts'
import type { RelocationStore } from './relocation-store.ts'

export type RelocationDriverDeps = {
  relocations: RelocationStore
  readWanted(): Promise<Wanted>
  engine: Pick<Engine, 'setMachineAvailability'>
  cluster: Pick<ClusterObserver, 'currentWithin' | 'look'>
  routes: Pick<RouteReconciler, 'edges'>
  activity: Pick<ActivityStore, 'add'>
  changes: Changes
  now(): number
  log: Logger
  /** How long to wait for a change while something is under way, and while nothing is. */
  times?: { busyMs: number; idleMs: number }
}

/** How far the one that runs has come, and when it last came further; lost with the process, and not missed. */
type Progress = { id: string; phases: string; left: number; atMs: number }

/** From an older picture than this nothing is concluded. */
const freshMs = 3_000

/**
 * Takes relocations from wherever they are to their ends, one look at a time. All that matters is in the rows and in the
 * cluster, so that another server can go on at any point.
 */
export function relocationDriver(deps: RelocationDriverDeps) {
  const { relocations, cluster, changes, log, now } = deps
  const { busyMs, idleMs } = deps.times ?? { busyMs: 400, idleMs: 2_000 }
  let relocating: Relocating = { drains: [], active: [] }
  let progress: Progress | undefined

  async function pass(signal: AbortSignal) {
    relocating = await relocations.read()
    const state = cluster.currentWithin(freshMs)
    const isIdle = relocating.drains.length === 0 && relocating.active.length === 0
    if (isIdle || !state) return
    for (const step of planAvailability(relocating.drains, state)) await applyAvailability(step, deps, signal)
    const facts = relocationFacts({ wanted: await deps.readWanted(), state, edges: deps.routes.edges(), nowMs: now() })
    const row = chooseRow(relocating)
    if (row?.state === 'running') await goOn(row, facts)
    else if (row) await begin(row, state, facts)
  }

  async function begin(row: RelocationRow, state: ClusterState, facts: RelocationFacts) {
    const isGone = !state.machines.some(({ id }) => id === row.machineId)
    // On a machine that takes instances, whatever has to leave would be ended at once.
    if (row.machineId !== null && !isGone && !isPausedFor(row.machineId, state)) return
    const steps = row.kind === 'drain' ? firstSteps(row, facts) : rebalanceSteps(facts)
    if (await relocations.begin(row.id, steps)) changes.notify()
  }

  async function goOn(row: RelocationRow, facts: RelocationFacts) {
    const { row: next, availability } = decide(row, facts)
    if (next === row) return
    const saved = await relocations.save(next, availability)
    if (saved && !isActiveRelocation(saved)) await tellEnd(saved, deps)
    changes.notify()
  }

  function decide(row: RelocationRow, facts: RelocationFacts): DrainOutcome {
    const stalledMs = stalledSince(row, facts)
    if (row.kind === 'rebalance') {
      const isDrainWaiting = relocating.active.some(({ kind }) => kind === 'drain')
      return { row: progressRebalance(row, { ...facts, stalledMs, isDrainWaiting }) }
    }
    const drain = relocating.drains.find(({ machineId }) => machineId === row.machineId)
    return planDrain(row, { ...facts, stalledMs, isEmptied: drain?.availability === 'drain' })
  }

  function stalledSince({ id, machineId, steps }: RelocationRow, { services, nowMs }: RelocationFacts): number {
    const phases = steps.map(({ phase }) => phase).join(' ')
    const left = services.reduce((sum, { places }) => sum + (places[machineId ?? ''] ?? 0), 0)
    const isFurther = progress?.id !== id || progress.phases !== phases || left < progress.left
    if (!progress || isFurther) progress = { id, phases, left, atMs: nowMs }
    return nowMs - progress.atMs
  }

  const isBusy = () =>
    relocating.active.length > 0 || relocating.drains.some(({ availability }) => availability === 'active')

  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      const changed = changes.wait(isBusy() ? busyMs : idleMs, signal)
      changed.catch(() => undefined)
      try {
        await pass(signal)
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, 'relocation_pass_failed')
      }
      await changed.catch(() => undefined)
    }
  }

  return { run, isBusy, drainOf: (machineId: string) => drainOf(machineId, relocating) }
}

/** How far a machine is that is being emptied. */
export function drainOf(machineId: string, { drains }: Relocating): 'draining' | 'drained' | undefined {
  const drain = drains.find((each) => each.machineId === machineId)
  if (!drain || drain.availability === 'active') return undefined
  return drain.isDrained ? 'drained' : 'draining'
}

/** The one that runs, or else the next: machines that must be emptied go before comfort, and older ones first. */
function chooseRow({ active }: Relocating): RelocationRow | undefined {
  return active.find(({ state }) => state === 'running') ?? active.find(({ kind }) => kind === 'drain') ?? active[0]
}

async function applyAvailability(step: AvailabilityStep, deps: RelocationDriverDeps, signal: AbortSignal) {
  const { engine, relocations, cluster, changes, log } = deps
  if (step.kind === 'forget') {
    await relocations.forgetDrain(step.machineId)
    return changes.notify()
  }
  try {
    await engine.setMachineAvailability(step.machineId, step.wanted, step.fromVersion, signal)
    log.info({ machine: step.machine, ...step.wanted }, 'machine_availability_set')
    await cluster.look(signal)
  } catch (error) {
    // Seen too early to be fresh: the next pass looks again.
    if (!(error instanceof PlatformError && error.code === 'conflict')) throw error
  }
}

async function tellEnd(row: RelocationRow, { activity, log }: RelocationDriverDeps) {
  const { id, kind, state, machine, words, failure, requestedBy } = row
  log.info({ relocationId: id, kind, machine, state, failure }, 'relocation_ended')
  const what = kind === 'drain' ? 'machine_drain' : 'rebalance'
  const how = failure?.message ?? words
  const detail = [machine, how].filter((part) => part !== null).join(': ')
  await activity.add({ actor: requestedBy, kind: `${what}_${state}`, detail })
}
