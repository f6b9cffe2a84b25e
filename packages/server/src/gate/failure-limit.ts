/** Slows down who keeps showing credentials that are not valid. */
export interface FailureLimit {
  /** How long this address must wait before it may try again; 0 for not at all. */
  waitMs(address: string): number
  failed(address: string): void
  succeeded(address: string): void
}

type Failures = { count: number; lastAtMs: number }

type Options = {
  now(): number
  /** Mistakes that cost nothing. */
  free?: number
  firstWaitMs?: number
  maxWaitMs?: number
  /** After so long without a failure, an address starts anew. */
  forgetMs?: number
  maxAddresses?: number
}

export function failureLimit({
  now,
  free = 10,
  firstWaitMs = 1_000,
  maxWaitMs = 60_000,
  forgetMs = 600_000,
  maxAddresses = 10_000,
}: Options): FailureLimit {
  // A Map keeps the order of insertion, so the first key is the address that failed longest ago.
  const failures = new Map<string, Failures>()

  function recent(address: string): Failures | undefined {
    const found = failures.get(address)
    if (found && now() - found.lastAtMs > forgetMs) {
      failures.delete(address)
      return undefined
    }
    return found
  }

  function waitMs(address: string) {
    const found = recent(address)
    if (!found || found.count <= free) return 0
    const backOffMs = Math.min(firstWaitMs * 2 ** (found.count - free - 1), maxWaitMs)
    return Math.max(0, found.lastAtMs + backOffMs - now())
  }

  function failed(address: string) {
    const count = (recent(address)?.count ?? 0) + 1
    failures.delete(address)
    failures.set(address, { count, lastAtMs: now() })
    const [oldest] = failures.keys()
    if (failures.size > maxAddresses && oldest !== undefined) failures.delete(oldest)
  }

  return { waitMs, failed, succeeded: (address) => void failures.delete(address) }
}
