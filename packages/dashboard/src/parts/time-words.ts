const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** "just now", "40 s ago", "3 min ago", "in 2 h", "6 d ago", "2026-03-01" beyond 30 days. */
export function describeRelativeTime(atMs: number, nowMs: number, isBare = false): string {
  const elapsedMs = nowMs - atMs
  const words = describeSpan(Math.abs(elapsedMs))
  if (words === undefined) return new Date(atMs).toISOString().slice(0, 10)
  // Clocks of machines differ a little; that something happens in two seconds is never what is meant.
  if (elapsedMs < 5_000 && elapsedMs > -5_000) return isBare ? words : 'just now'
  if (isBare) return words
  return elapsedMs > 0 ? `${words} ago` : `in ${words}`
}

function describeSpan(spanMs: number): string | undefined {
  if (spanMs < minuteMs) return `${Math.floor(spanMs / 1000)} s`
  if (spanMs < hourMs) return `${Math.floor(spanMs / minuteMs)} min`
  if (spanMs < 2 * dayMs) return `${Math.floor(spanMs / hourMs)} h`
  if (spanMs < 30 * dayMs) return `${Math.floor(spanMs / dayMs)} d`
  return undefined
}

/** "Sat 21 Nov 2026, 14:03:07 CET", in the reader's language and time zone. */
export const describeExactTime = (atMs: number): string =>
  new Date(atMs).toLocaleString(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  })

/** "14:03:07" */
export const describeClockTime = (atMs: number): string =>
  new Date(atMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
