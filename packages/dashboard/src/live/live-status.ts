/** The server says something every two seconds, whatever happens. */
export const beatMs = 2_000
/** Three beats missed: what is shown may be wrong by now. */
export const staleAfterMs = 3 * beatMs

export type LiveStatus = {
  /** `connecting`: not connected, but what is shown (if anything) was right a moment ago. */
  readonly state: 'connecting' | 'live' | 'stale'
  /** Epoch ms. When it became live, or was last heard of. */
  readonly sinceMs: number
}

export type Heard = {
  startedAtMs: number
  /** Of the last event of any kind; undefined before the first. */
  lastHeardAtMs: number | undefined
  /** Since when the stream that runs delivers; undefined while none does. */
  liveSinceMs: number | undefined
}

export function statusOf({ startedAtMs, lastHeardAtMs, liveSinceMs }: Heard, nowMs: number): LiveStatus {
  if (lastHeardAtMs === undefined) return { state: 'connecting', sinceMs: startedAtMs }
  if (nowMs - lastHeardAtMs >= staleAfterMs) return { state: 'stale', sinceMs: lastHeardAtMs }
  if (liveSinceMs === undefined) return { state: 'connecting', sinceMs: lastHeardAtMs }
  return { state: 'live', sinceMs: liveSinceMs }
}

const firstWaitMs = 400
const longestWaitMs = 15_000

/**
 * How long to wait before the next try. Twice as long each time, and spread, so that all pages that lost the same server
 * do not come back in the same moment.
 */
export function waitBeforeTryMs(failures: number, random: number): number {
  const wholeMs = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 10), longestWaitMs)
  return Math.round(wholeMs * (0.5 + random / 2))
}
