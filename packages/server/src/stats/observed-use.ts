import type { ColumnName } from './measures.ts'
import type { SampleTable } from './sample-table.ts'

/** What one instance of a service was seen to use: 95 of 100 samples were at most this. */
export type ObservedUse = { cpuMillisP95: number; memoryBytesP95: number; sampleCount: number }

/**
 * Null where none of its instances was measured since then. Of samples of 15 s within the last day, and of 5 min where it is
 * asked for more.
 */
export type FindObservedUse = (
  app: string,
  service: string,
  options: { sinceMs: number },
) => Promise<ObservedUse | null>

export function observedUseOf(tables: readonly SampleTable[], sinceMs: number): ObservedUse | null {
  const cpu = valuesSince(tables, 'cpuRatio', sinceMs)
  const memory = valuesSince(tables, 'memoryBytes', sinceMs)
  if (cpu.length === 0 || memory.length === 0) return null
  return {
    cpuMillisP95: Math.round(percentile95(cpu) * 1000),
    memoryBytesP95: Math.round(percentile95(memory)),
    sampleCount: memory.length,
  }
}

const valuesSince = (tables: readonly SampleTable[], name: ColumnName, sinceMs: number): number[] =>
  tables.flatMap(({ startMs, stepMs, columns }) =>
    [...(columns[name] ?? [])].filter((value, i) => startMs + i * stepMs >= sinceMs && !Number.isNaN(value)),
  )

/** The nearest rank, so that it is a value that there was. */
function percentile95(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
}
