type Measured = { stepMs: number; endAtMs: number }
type Points = readonly (number | null)[]

/** Ten minutes at two seconds a step. */
const shownMs = 600_000
const usualStepMs = 2_000

/** Times in seconds and values, always for ten minutes: what is not known of them yet is empty on the left. */
export function chartData<Measure extends string>(
  series: (Measured & Record<Measure, Points>) | undefined,
  measure: Measure,
): [number[], (number | null)[]] {
  const stepMs = series?.stepMs ?? usualStepMs
  const endAtMs = series?.endAtMs || Date.now()
  const count = Math.round(shownMs / stepMs)
  const values: Points = series?.[measure] ?? []
  return [
    Array.from({ length: count }, (_, index) => (endAtMs - (count - 1 - index) * stepMs) / 1_000),
    Array.from({ length: count }, (_, index) => values[values.length - count + index] ?? null),
  ]
}
