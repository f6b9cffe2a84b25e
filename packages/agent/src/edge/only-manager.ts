import type { MachineEngine } from '@berth/engine'
import type { Clock } from './clock.ts'

const everyMs = 15_000

/** The routes can have changed without this machine only if there is another manager, where a server may have run. */
export const isOnlyManager = ({ isManager, managerAddresses }: { isManager: boolean; managerAddresses: string[] }) =>
  isManager && managerAddresses.length <= 1

type Deps = { engine: Pick<MachineEngine, 'info'>; clock: Clock }

/** Whether this machine is the only manager. Once there was another, not again before the agent starts anew. */
export async function onlyManager({ engine, clock }: Deps, signal: AbortSignal) {
  const ask = async () => isOnlyManager(await engine.info(signal))
  let isOnly = await ask()

  return {
    isOnly: () => isOnly,
    /** Asks now and then, until the signal. An engine that does not answer changes nothing. */
    async watch(): Promise<void> {
      while (isOnly && !signal.aborted) {
        await clock.wait(everyMs, signal)
        if (!signal.aborted) isOnly = await ask().catch(() => isOnly)
      }
    },
  }
}
