import { setTimeout as delay } from 'node:timers/promises'
import type { Engine } from '@berth/engine'
import type { Logger } from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import {
  mayBeOpened,
  noteOpening,
  type OpeningMemories,
  type OpeningStep,
  planOpening,
  rememberOpenings,
} from './opening-plan.ts'

type Deps = {
  engine: Pick<Engine, 'openMachine' | 'closeMachine'>
  cluster: Pick<ClusterObserver, 'currentWithin' | 'refresh'>
  routes: Pick<RouteReconciler, 'edges'>
  registry: Registry
  now(): number
  log: Logger
}

const passEveryMs = 500
/** A picture older than this is not acted on. */
const freshMs = 5_000

/** One look, and at most one machine opened or closed. */
export function openingReconciler({ engine, cluster, routes, registry, now, log }: Deps) {
  let memories: OpeningMemories = new Map()
  const steps = new Counter({
    name: 'berth_machine_openings_total',
    help: 'Paused machines that were opened for a moment so that their edge could join its networks, and that had to be closed',
    labelNames: ['kind'] as const,
    registers: [registry],
  })

  async function apply(step: OpeningStep, signal: AbortSignal) {
    const { id, name } = step.machine
    if (step.kind === 'open') {
      // By a picture of now: a service that begins to leave it would lose its instances there.
      if (!mayBeOpened(step.machine, await cluster.refresh(signal))) return
      log.info({ machine: name, waitsFor: step.waitsFor }, 'machine_opened_for_its_edge')
      await engine.openMachine(id, step.openMs, signal)
    } else {
      log.warn({ machine: name }, 'machine_was_left_open')
      await engine.closeMachine(id, signal)
      await cluster.refresh(signal)
    }
    steps.inc({ kind: step.kind })
  }

  return async (signal: AbortSignal): Promise<void> => {
    const state = cluster.currentWithin(freshMs)
    if (!state) return
    const look = { state, edges: routes.edges(), nowMs: now() }
    memories = rememberOpenings(memories, look)
    const step = planOpening(memories, look)
    if (!step) return
    try {
      await apply(step, signal)
    } finally {
      // Also where it failed, which must not be tried each time.
      if (step.kind === 'open') memories = noteOpening(memories, step.machine.id, now())
    }
  }
}

/** A pass twice a second until the signal. One that breaks is followed by the next. */
export async function runOpenings(deps: Deps, signal: AbortSignal): Promise<void> {
  const pass = openingReconciler(deps)
  while (!signal.aborted) {
    await pass(signal).catch((error: unknown) => {
      if (!signal.aborted) deps.log.warn({ err: error }, 'opening_pass_failed')
    })
    await delay(passEveryMs, undefined, { signal }).catch(() => undefined)
  }
}
