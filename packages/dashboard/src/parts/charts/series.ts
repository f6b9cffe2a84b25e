import { type StatsRange, statsRanges } from '@berth/contract'

export type Values = readonly (number | null)[]
/** As the server sends them: the value at `i` is of the step that begins at `startAt` + `i` x `stepMs`. */
export type MeasuredSeries<Name extends string = string> = {
  startAt: string
  stepMs: number
  points: Readonly<Record<Name, Values>>
}

export const rangeWords: Record<StatsRange, { short: string; long: string }> = {
  live: { short: 'Live', long: 'the last 5 minutes' },
  '1h': { short: '1 h', long: 'the last hour' },
  '24h': { short: '24 h', long: 'the last 24 hours' },
  '7d': { short: '7 d', long: 'the last 7 days' },
  '30d': { short: '30 d', long: 'the last 30 days' },
}

/** How often there is something new to ask for. */
export const refreshMs: Record<StatsRange, number> = {
  live: 10_000,
  '1h': 15_000,
  '24h': 60_000,
  '7d': 300_000,
  '30d': 300_000,
}

export const readRange = (text: string | undefined): StatsRange => statsRanges.find((range) => range === text) ?? 'live'

/** In seconds, as charts count. */
export function timesOf({ startAt, stepMs }: MeasuredSeries, count: number): number[] {
  const startMs = Date.parse(startAt)
  return Array.from({ length: count }, (_, index) => (startMs + index * stepMs) / 1_000)
}

/** Puts values that begin later or are of longer steps where they belong among `times`; gaps stay gaps. */
export function alignValues(series: Omit<MeasuredSeries, 'points'>, values: Values, times: readonly number[]): Values {
  const startS = Date.parse(series.startAt) / 1_000
  return times.map((atS) => values[Math.floor(((atS - startS) * 1_000) / series.stepMs)] ?? null)
}

/** One more step at the end and as many fewer at the beginning; seconds that nobody heard of are gaps. */
export function appendSample<Series extends MeasuredSeries>(
  series: Series,
  sample: Readonly<Record<string, unknown>>,
  atMs: number,
): Series {
  const names = Object.keys(series.points)
  const count = series.points[names[0] ?? '']?.length ?? 0
  const startMs = Date.parse(series.startAt)
  const shift = Math.floor((atMs - startMs) / series.stepMs) - count + 1
  if (count === 0 || shift <= 0) return series
  const gaps = Array<null>(Math.min(shift, count) - 1).fill(null)
  const points = names.map((name) => {
    const value = sample[name]
    const kept = (series.points[name] ?? []).slice(Math.min(shift, count))
    return [name, [...kept, ...gaps, typeof value === 'number' ? value : null]] as const
  })
  const startAt = new Date(startMs + shift * series.stepMs).toISOString()
  return { ...series, startAt, points: Object.fromEntries(points) }
}

/** The last that was measured. */
export const latestOf = (values: Values | undefined): number | null =>
  values?.findLast((value) => value !== null) ?? null

export const highestOf = (values: Values): number => Math.max(0, ...values.map((value) => value ?? 0))

/** Means of as many neighbours as it takes; null where none of them was measured. */
export function thinOut(values: Values, most: number): (number | null)[] {
  const size = Math.max(1, Math.ceil(values.length / most))
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    meanOf(values.slice(index * size, (index + 1) * size)),
  )
}

function meanOf(values: Values): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}
