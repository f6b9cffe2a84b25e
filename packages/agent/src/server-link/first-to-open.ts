import { setTimeout as sleep } from 'node:timers/promises'

type Dialling<Link> = {
  /** Closes what it opens when the signal aborts. */
  open(address: string, signal: AbortSignal): Promise<Link>
  onFailure(address: string, error: unknown): void
  headStartMs?: number
}

/**
 * Dials one after the other, the next as soon as one failed or has not answered for a second: a machine that is gone refuses
 * nothing, and would be waited for. Answers with the first that opened, or undefined when none did.
 */
export async function firstToOpen<Link>(
  addresses: readonly string[],
  { open, onFailure, headStartMs = 1_000 }: Dialling<Link>,
  signal: AbortSignal,
): Promise<{ address: string; link: Link } | undefined> {
  const decided = Promise.withResolvers<{ address: string; link: Link }>()
  const attempts: { stop: AbortController; ended: Promise<void> }[] = []

  async function attempt(address: string, stop: AbortController) {
    try {
      const link = await open(address, AbortSignal.any([signal, stop.signal]))
      // Another was quicker by a moment, and has given this one up.
      if (stop.signal.aborted) return
      decided.resolve({ address, link })
      for (const other of attempts) if (other.stop !== stop) other.stop.abort()
    } catch (error) {
      if (!signal.aborted && !stop.signal.aborted) onFailure(address, error)
    }
  }

  for (const address of addresses) {
    const stop = new AbortController()
    const ended = attempt(address, stop)
    attempts.push({ stop, ended })
    const headStart = sleep(headStartMs, 'slow', { signal }).catch(() => 'slow')
    const outcome = await Promise.race([decided.promise, ended.then(() => 'failed'), headStart])
    if (typeof outcome !== 'string') return outcome
    if (signal.aborted) return undefined
  }
  return Promise.race([decided.promise, Promise.all(attempts.map(({ ended }) => ended)).then(() => undefined)])
}
