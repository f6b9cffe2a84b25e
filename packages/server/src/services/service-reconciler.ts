import { PlatformError } from '@berth/contract'
import type { DesiredService, Engine, ObservedService } from '@berth/engine'
import type { Logger } from 'pino'
import { planServices, type ServiceStep } from './service-plan.ts'

type Deps = { engine: Engine; log: Logger }

type World = {
  desired: readonly DesiredService[]
  observed: readonly ObservedService[]
  knowsApp(app: string): boolean
}

/** One pass: makes the cluster's services those that are wanted; tells whether it changed any. Safe to repeat, safe to interrupt. */
export async function reconcileServices(
  { desired, observed, knowsApp }: World,
  { engine, log }: Deps,
  signal: AbortSignal,
): Promise<boolean> {
  const plan = planServices(desired, observed, knowsApp)
  for (const [app, steps = []] of Object.entries(Object.groupBy(plan, (step) => step.app))) {
    try {
      for (const step of steps) await apply(step, engine, signal)
      log.info({ app, steps: steps.map(describe) }, 'services_reconciled')
    } catch (error) {
      signal.throwIfAborted()
      // Seen too early to be fresh: the next pass looks again.
      if (error instanceof PlatformError && error.code === 'conflict') continue
      // Ends this app's pass, so that a failed create is never followed by a removal. Other apps go on.
      log.error({ app, err: error }, 'services_reconcile_failed')
    }
  }
  return plan.length > 0
}

async function apply(step: ServiceStep, engine: Engine, signal: AbortSignal): Promise<void> {
  switch (step.kind) {
    case 'create':
      await engine.ensureNetwork(step.service.network, signal)
      return engine.createService(step.service, signal)
    case 'update':
      return engine.updateService(step.service, step.fromVersion, signal)
    case 'remove':
      return engine.removeService(step.name, signal)
  }
}

const describe = (step: ServiceStep) => `${step.kind} ${step.kind === 'remove' ? step.name : step.service.name}`
