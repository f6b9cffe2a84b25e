const dayMs = 24 * 3_600_000
/** Less, and one big build would be taken for a habit. */
const leastMeasuredMs = 2 * dayMs
/** Further away than this, it says nothing. */
const mostDays = 90

type Measured = { stepMs: number; usedBytes: readonly (number | null)[] }

/**
 * Days until a disk is full, if it goes on filling up as over the time that was measured: the line through the points with
 * the least squares. Null where it does not fill up, or not soon, or where too little was measured.
 */
export function daysUntilFull({ stepMs, usedBytes }: Measured, totalBytes: number): number | null {
  const points = usedBytes.flatMap((used, i) => (used === null ? [] : [{ days: (i * stepMs) / dayMs, used }]))
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || (last.days - first.days) * dayMs < leastMeasuredMs) return null
  const meanDays = points.reduce((sum, { days }) => sum + days, 0) / points.length
  const meanUsed = points.reduce((sum, { used }) => sum + used, 0) / points.length
  const covariance = points.reduce((sum, { days, used }) => sum + (days - meanDays) * (used - meanUsed), 0)
  const variance = points.reduce((sum, { days }) => sum + (days - meanDays) ** 2, 0)
  const bytesPerDay = covariance / variance
  if (bytesPerDay <= 0) return null
  const daysLeft = (totalBytes - last.used) / bytesPerDay
  return daysLeft > mostDays ? null : Math.max(0, Math.round(daysLeft * 10) / 10)
}
