const tickMs = 500
/** Less than what the edge takes for a standstill, so that whenever it does, the agent does, too. */
export const lapseMs = 3_500

export type Lapses = ReturnType<typeof lapseWatch>

/**
 * A lapse: this machine stood still for a while, frozen or asleep. The cluster went on without it, and what it heard before may
 * be out of date. `now` is the wall clock: the other one stands still while a computer sleeps.
 */
export function lapseWatch(now: () => number = Date.now) {
  const listeners = new Set<() => void>()
  let seenAtMs = now()
  let lapses = 0

  /** Whoever asks learns of it at once, as what comes first after a standstill need not be a timer. */
  function count(): number {
    const nowMs = now()
    const hasLapsed = nowMs - seenAtMs > lapseMs
    seenAtMs = nowMs
    if (hasLapsed) {
      lapses += 1
      for (const listener of listeners) listener()
    }
    return lapses
  }

  return {
    count,
    onLapse(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Looks often, until the signal. */
    watch(signal: AbortSignal) {
      const timer = setInterval(count, tickMs)
      signal.addEventListener('abort', () => clearInterval(timer), { once: true })
    },
  }
}
