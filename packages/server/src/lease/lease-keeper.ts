import type { LeaseStore } from './lease-store.ts'
import { type MonotonicClock, processClock } from './monotonic-clock.ts'

export type LeaseKeeper = {
  /** Whether the lease is ours at this moment. Ask before every act that only one may do: a timer can be late. */
  holds(): boolean
  /** Resolves after the signal aborted and the lease was given back. */
  stopped: Promise<void>
}

export type KeepLease = {
  store: LeaseStore
  name: string
  holder: string
  ttlMs: number
  renewMs: number
  clock?: MonotonicClock
  onGained(): void
  onLost(): void
  /** A renewal that failed; it is tried again, and the lease is lost when that takes too long. */
  onError?(error: unknown): void
  signal: AbortSignal
}

/** Clocks may run at slightly different speeds; we stop counting on the lease this much earlier than the others. */
const marginOf = (ttlMs: number) => ttlMs / 10

export function keepLease(options: KeepLease): LeaseKeeper {
  const { store, name, holder, ttlMs, renewMs, clock = processClock, signal } = options
  const lease = { name, holder, ttlMs }
  const validMs = ttlMs - marginOf(ttlMs)
  let validUntilMs = Number.NEGATIVE_INFINITY
  let isAnnounced = false

  const holds = () => clock.nowMs() < validUntilMs

  function announce() {
    if (isAnnounced === holds()) return
    isAnnounced = !isAnnounced
    if (isAnnounced) options.onGained()
    else options.onLost()
  }

  async function renew() {
    // Counted from before the question, since the database's count starts at the latest with its answer.
    const askedAtMs = clock.nowMs()
    const isOurs = await store.acquire(lease).catch((error: unknown) => void options.onError?.(error))
    if (isOurs === true && !signal.aborted) validUntilMs = askedAtMs + validMs
    if (isOurs === false) validUntilMs = Number.NEGATIVE_INFINITY
    announce()
  }

  /** A renewal can hang longer than the lease lasts, so its end is watched beside it. */
  async function watchExpiry(stop: AbortSignal) {
    while (!stop.aborted && holds()) await clock.wait(validUntilMs - clock.nowMs(), stop)
    announce()
  }

  async function renewWatched() {
    const done = new AbortController()
    const watching = watchExpiry(AbortSignal.any([done.signal, signal]))
    await renew()
    done.abort()
    await watching
  }

  async function keep() {
    while (!signal.aborted) {
      await renewWatched()
      await clock.wait(renewMs, signal)
    }
    validUntilMs = Number.NEGATIVE_INFINITY
    announce()
    await store.release(lease).catch((error: unknown) => void options.onError?.(error))
  }

  return { holds, stopped: keep() }
}
