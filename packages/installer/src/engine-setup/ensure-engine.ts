import { ensureDebianPackages } from '../system/debian-packages.ts'
import { readEngineFacts, readRunning } from './engine-facts.ts'
import { type EngineStep, planEngine, requireVersion } from './engine-plan.ts'
import { type StartOptions, startDaemon, startService } from './start-engine.ts'

export type EngineSetup = {
  /** Whether this call installed it, and whether this call started it. */
  installed: boolean
  started: boolean
  version: string
}

/** Makes sure that an engine answers. One that already does is left as it is. */
export async function ensureEngine(options: StartOptions): Promise<EngineSetup> {
  const facts = await readEngineFacts(options.socketPath)
  const steps = planEngine(facts)
  let running = facts.running
  for (const step of steps) running = await applyStep(step, options)
  if (!running) throw new Error('A plan that ends without an engine')
  requireVersion(running)
  const did = (...kinds: EngineStep['kind'][]) => steps.some(({ kind }) => kinds.includes(kind))
  return { installed: did('install'), started: did('startService', 'startDaemon'), version: running.version }
}

async function applyStep({ kind }: EngineStep, options: StartOptions) {
  if (kind === 'startService') return startService(options)
  // Where a service manager works, the package has started it already.
  if (kind === 'startDaemon') return (await readRunning(options.socketPath)) ?? startDaemon(options)
  await ensureDebianPackages(['docker.io', 'iptables', 'ca-certificates'], options)
  return readRunning(options.socketPath)
}
