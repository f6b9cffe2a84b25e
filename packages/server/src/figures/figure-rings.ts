import type { AppFigures, AppSeries } from '@berth/contract'

type SeriesName = Exclude<keyof AppSeries, 'app'>
const names = ['requestsPerSecond', 'errorsPerSecond', 'cpuRatio', 'memoryBytes'] as const satisfies SeriesName[]
type Ring = Record<SeriesName, Float64Array>

export type FigureRings = ReturnType<typeof figureRings>

/** The last so many steps of each app. All apps share the steps; the memory of an app is the same from its first one. */
export function figureRings(size: number) {
  const rings = new Map<string, Ring>()
  /** Steps so far; the newest one is at `steps - 1`, modulo the size. */
  let steps = 0

  const empty = (): Ring => {
    const nobodyMeasured = () => new Float64Array(size).fill(Number.NaN)
    return {
      requestsPerSecond: nobodyMeasured(),
      errorsPerSecond: nobodyMeasured(),
      cpuRatio: nobodyMeasured(),
      memoryBytes: nobodyMeasured(),
    }
  }

  function write(ring: Ring, at: number, figures: AppFigures | undefined) {
    for (const name of names) ring[name][at] = figures?.[name] ?? Number.NaN
  }

  function newest(values: Float64Array, count: number): (number | null)[] {
    return Array.from({ length: count }, (_, i) => {
      const value = values[(((steps - count + i) % size) + size) % size]
      return value === undefined || Number.isNaN(value) ? null : value
    })
  }

  return {
    /** One step for every app: those without figures were not measured in it. */
    add(figures: ReadonlyMap<string, AppFigures>) {
      for (const app of figures.keys()) if (!rings.has(app)) rings.set(app, empty())
      for (const [app, ring] of rings) write(ring, steps % size, figures.get(app))
      steps += 1
    },
    /** Forgets all other apps. */
    keepOnly(apps: ReadonlySet<string>) {
      for (const app of rings.keys()) if (!apps.has(app)) rings.delete(app)
    },
    apps: () => [...rings.keys()],
    /** The last `count` steps, oldest first; an app that was never measured has only nulls. */
    series(app: string, count: number): AppSeries {
      const ring = rings.get(app) ?? empty()
      const series = names.map((name) => [name, newest(ring[name], count)] as const)
      return { app, ...(Object.fromEntries(series) as Record<SeriesName, (number | null)[]>) }
    },
  }
}
