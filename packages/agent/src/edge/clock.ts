import { setTimeout as wait } from 'node:timers/promises'

/** A clock that never goes back, and waiting on it. */
export interface Clock {
  nowMs(): number
  /** Ends early, without an error, when the signal aborts. */
  wait(durationMs: number, signal?: AbortSignal): Promise<void>
}

export const monotonicClock: Clock = {
  nowMs: () => performance.now(),
  wait: (durationMs, signal) => wait(durationMs, undefined, { signal }).catch(() => undefined),
}
