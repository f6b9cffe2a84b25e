import type { Clock } from '../edge/clock.ts'
import type { Log } from '../log.ts'
import type { TruthCheck } from './truth-check.ts'

const everyMs = 2_000

/** Passes until the signal; one that breaks is followed by the next. */
export async function watchTruth(
  { truth, clock, log }: { truth: TruthCheck; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.wait(everyMs, signal)
    if (signal.aborted) return
    await truth.pass(signal).catch((error: unknown) => {
      if (!signal.aborted) log.warn('truth_not_checked', { error })
    })
  }
}
