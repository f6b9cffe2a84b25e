import { setTimeout as sleep } from 'node:timers/promises'
import { type MachineReachability, PlatformError } from '@berth/contract'

const deadlineMs = 20_000
const pollMs = 500
/** Its agent may have reached the server a moment ago, and the cluster may not list it yet. */
const passing = ['engine_unavailable', 'machine_not_found']

export type Others = {
  /** Whether the other machines reach it, and it them. */
  tryFromOthers(signal?: AbortSignal): Promise<MachineReachability>
}

/** What is to be said of it in one line; throws with all that is closed, by name. */
export async function tryFromOthers(others: Others, signal?: AbortSignal): Promise<string> {
  const found = await askOthers(others, signal)
  const troubles = found.tries.filter(({ isOthersOwn }) => !isOthersOwn).flatMap((it) => it.troubles)
  if (found.isReached) return describeReached(found)
  throw new PlatformError('engine_failed', troubles.join('\n'), {
    hint: `Let these ports through between ${found.machine} and all other machines, in their firewalls and in those of their providers`,
  })
}

async function askOthers({ tryFromOthers: ask }: Others, signal?: AbortSignal): Promise<MachineReachability> {
  const endMs = performance.now() + deadlineMs
  for (;;) {
    try {
      return await ask(signal)
    } catch (error) {
      signal?.throwIfAborted()
      const isPassing = error instanceof PlatformError && passing.includes(error.code)
      if (!isPassing || performance.now() > endMs) throw error
      await sleep(pollMs, undefined, { signal })
    }
  }
}

export function describeReached({ others, tries }: MachineReachability): string {
  if (others === 0) return 'there is no other one to try it'
  const ownTroubles = tries.flatMap(({ troubles }) => troubles)
  const fine = tries.filter(({ troubles }) => troubles.length === 0).length
  const of = tries.length < others ? ` (a sample of ${others})` : ''
  const reached = `${fine} ${fine === 1 ? 'machine reaches' : 'machines reach'} it, and it them${of}`
  return ownTroubles.length === 0 ? reached : `${reached}; not its own trouble: ${ownTroubles.join('; ')}`
}
