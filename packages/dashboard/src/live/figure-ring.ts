import type { AppFigures, AppSeries } from '@berth/contract'

export const measures = ['requestsPerSecond', 'errorsPerSecond', 'cpuRatio', 'memoryBytes'] as const
type Measure = (typeof measures)[number]

/** The last measured points of an app, oldest first, the last at `endAtMs`; null where nobody measured. */
export type Series = Record<Measure, readonly (number | null)[]> & { stepMs: number; endAtMs: number }

/** Ten minutes at two seconds a step, which is as much as the server keeps. */
export const mostPoints = 300

/** A fixed place for the last points of one app: adding one never makes it larger. NaN stands for null. */
export type FigureRing = {
  readonly points: Readonly<Record<Measure, Float64Array>>
  next: number
  length: number
  endAtMs: number
  /** Changes whenever a point is added. */
  version: number
}

export const createRing = (): FigureRing => ({
  points: {
    requestsPerSecond: new Float64Array(mostPoints),
    errorsPerSecond: new Float64Array(mostPoints),
    cpuRatio: new Float64Array(mostPoints),
    memoryBytes: new Float64Array(mostPoints),
  },
  next: 0,
  length: 0,
  endAtMs: 0,
  version: 0,
})

type PointFigures = { readonly [measure in Measure]: number | null }
const unmeasured: PointFigures = { requestsPerSecond: null, errorsPerSecond: null, cpuRatio: null, memoryBytes: null }

/** Adds a point; steps that were missed in between become gaps, so that a step is always as wide. */
export function addFigures(
  ring: FigureRing,
  figures: AppFigures | PointFigures | undefined,
  { atMs, stepMs }: { atMs: number; stepMs: number },
): void {
  const steps = ring.length === 0 ? 1 : Math.round((atMs - ring.endAtMs) / stepMs)
  if (steps < 1) return // Known already.
  for (let missed = 1; missed < Math.min(steps, mostPoints); missed++) addPoint(ring, unmeasured)
  addPoint(ring, figures ?? unmeasured)
  ring.endAtMs = atMs
}

function addPoint(ring: FigureRing, figures: PointFigures) {
  for (const measure of measures) ring.points[measure][ring.next] = figures[measure] ?? Number.NaN
  ring.next = (ring.next + 1) % mostPoints
  ring.length = Math.min(ring.length + 1, mostPoints)
  ring.version++
}

/** Puts what the server remembers in the place of what is known of that time; what is older or newer stays. */
export function refillRing(ring: FigureRing, series: AppSeries, times: { endAtMs: number; stepMs: number }): void {
  const { endAtMs, stepMs } = times
  const count = Math.max(...measures.map((measure) => series[measure].length))
  const startAtMs = endAtMs - (count - 1) * stepMs
  const known = listPoints(ring, stepMs)
  const points = [
    ...known.filter(({ atMs }) => atMs < startAtMs - stepMs / 2),
    ...Array.from({ length: count }, (_, index) => ({
      atMs: startAtMs + index * stepMs,
      figures: pointAt(series, index),
    })),
    ...known.filter(({ atMs }) => atMs > endAtMs + stepMs / 2),
  ]
  ring.length = 0
  ring.next = 0
  ring.version++
  for (const { atMs, figures } of points) addFigures(ring, figures, { atMs, stepMs })
}

const pointAt = (series: Pick<AppSeries, Measure> | Series, index: number): PointFigures => ({
  requestsPerSecond: series.requestsPerSecond[index] ?? null,
  errorsPerSecond: series.errorsPerSecond[index] ?? null,
  cpuRatio: series.cpuRatio[index] ?? null,
  memoryBytes: series.memoryBytes[index] ?? null,
})

function listPoints(ring: FigureRing, stepMs: number) {
  const series = readRing(ring, stepMs)
  return Array.from({ length: ring.length }, (_, index) => ({
    atMs: ring.endAtMs - (ring.length - 1 - index) * stepMs,
    figures: pointAt(series, index),
  }))
}

export function readRing(ring: FigureRing, stepMs: number): Series {
  const read = (measure: Measure) =>
    Array.from({ length: ring.length }, (_, index) => {
      const value = ring.points[measure][(ring.next - ring.length + index + mostPoints) % mostPoints] ?? Number.NaN
      return Number.isNaN(value) ? null : value
    })
  return {
    requestsPerSecond: read('requestsPerSecond'),
    errorsPerSecond: read('errorsPerSecond'),
    cpuRatio: read('cpuRatio'),
    memoryBytes: read('memoryBytes'),
    stepMs,
    endAtMs: ring.endAtMs,
  }
}
