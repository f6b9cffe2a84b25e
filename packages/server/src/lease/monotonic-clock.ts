import { setTimeout as delay } from 'node:timers/promises'

/** A clock that never goes back, and waiting on it. */
export interface MonotonicClock {
  nowMs(): number
  /** Ends early, without an error, when the signal aborts. */
  wait(durationMs: number, signal: AbortSignal): Promise<void>
}

export const processClock: MonotonicClock = {
  nowMs: () => performance.now(),
  wait: (durationMs, signal) => delay(durationMs, undefined, { signal }).catch(() => undefined),
}
