import type { ObservedMachine } from '@berth/engine'

const unlinkedMs = 10_000
const firstPauseMs = 2_000
const longestPauseMs = 60_000

/** Whether the engine is worth a question: asked of each manager without a server, and not all the time. */
export function isLookDue(facts: { unlinkedMs: number; openings: number; sinceOpeningMs: number }): boolean {
  if (facts.unlinkedMs < unlinkedMs) return false
  return facts.openings === 0 || facts.sinceOpeningMs >= pauseMs(facts.openings)
}

const pauseMs = (openings: number) => Math.min(firstPauseMs * 2 ** (openings - 1), longestPauseMs)

type Machine = Pick<ObservedMachine, 'availability' | 'cordonLabel' | 'isOpened'>

/**
 * What to make of this machine while no server is there. Where the server waits for it, also one that is being emptied is
 * opened, which ends at once what is still to leave it: nothing would leave it ever without a server.
 */
export function planReturn(machine: Machine | undefined, isServerWaiting: boolean): 'open' | 'close' | undefined {
  if (!machine || machine.cordonLabel === null || machine.availability === 'active') return undefined
  if (isServerWaiting) return 'open'
  return machine.isOpened ? 'close' : undefined
}
