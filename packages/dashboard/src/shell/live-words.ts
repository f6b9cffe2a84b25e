import type { LiveStatus } from '#live/live-status.ts'

/** A connection that is back within this is not worth a word: it would only flicker. */
const unsaidMs = 1_500

/** What the light says: "Live", "Connecting …", "Reconnecting since 9 s". */
export function describeStatus(
  { state, sinceMs }: LiveStatus,
  nowMs: number,
): { tone: 'live' | 'wait'; words: string } {
  if (state === 'live') return { tone: 'live', words: 'Live' }
  const elapsedMs = Math.max(nowMs - sinceMs, 0)
  if (elapsedMs < unsaidMs) return { tone: 'wait', words: 'Connecting …' }
  const doing = state === 'stale' ? 'Reconnecting' : 'Connecting'
  return { tone: 'wait', words: `${doing} since ${describeElapsed(elapsedMs)}` }
}

function describeElapsed(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`
}
