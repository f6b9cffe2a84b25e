import { type ColumnName, foldRule, isPeak, peakSource } from './measures.ts'

/** When equal steps are: the first begins at `startMs`. */
export type Steps = { startMs: number; stepMs: number; points: number }

/** Values of one subject over equal steps, by column; NaN where nobody measured. */
export type SampleTable = Steps & { columns: Partial<Record<ColumnName, Float32Array>> }

export function emptyTable(steps: Steps, names: readonly ColumnName[]): SampleTable {
  const { points } = steps
  // In one piece: thousands of subjects have a dozen columns each.
  const values = new Float32Array(points * names.length).fill(Number.NaN)
  const columns = names.map((name, i) => [name, values.subarray(i * points, (i + 1) * points)] as const)
  return { ...steps, columns: Object.fromEntries(columns) }
}

/** Many short steps become fewer long ones. Values outside of the wanted steps are left out. */
export function fold(tables: readonly SampleTable[], steps: Steps, names: readonly ColumnName[]): SampleTable {
  const columns: SampleTable['columns'] = {}
  for (const name of names) columns[name] = foldColumn(tables, steps, name)
  return { ...steps, columns }
}

function foldColumn(tables: readonly SampleTable[], steps: Steps, name: ColumnName): Float32Array {
  const rule = foldRule(name)
  const result = new Float32Array(steps.points).fill(Number.NaN)
  const counts = new Uint32Array(rule === 'mean' ? steps.points : 0)
  // A mean of large numbers is summed up in double precision.
  const sums = new Float64Array(rule === 'max' ? 0 : steps.points)
  for (const table of tables) {
    const values = table.columns[name] ?? (isPeak(name) ? table.columns[peakSource(name)] : undefined)
    for (let i = 0; i < (values?.length ?? 0); i++) {
      const value = values?.[i] ?? Number.NaN
      const at = Math.floor((table.startMs + i * table.stepMs - steps.startMs) / steps.stepMs)
      if (Number.isNaN(value) || at < 0 || at >= steps.points) continue
      if (rule === 'max') result[at] = Math.max(value, result[at] || 0)
      else result[at] = sums[at] = (sums[at] ?? 0) + value
      if (rule === 'mean') counts[at] = (counts[at] ?? 0) + 1
    }
  }
  if (rule === 'mean') for (let i = 0; i < result.length; i++) result[i] = (sums[i] ?? 0) / (counts[i] || Number.NaN)
  return result
}

/** Of two tables of the same steps: what the newer one has, and else what the older one has. */
export function merge(older: SampleTable, newer: SampleTable): SampleTable {
  const columns = { ...older.columns }
  for (const [name, values] of Object.entries(newer.columns) as [ColumnName, Float32Array][]) {
    const before = older.columns[name]
    columns[name] = before ? values.map((value, i) => (Number.isNaN(value) ? (before[i] ?? value) : value)) : values
  }
  return { ...newer, columns }
}

/** From the first step that has a value to the last one; undefined where none has. */
export function trim(table: SampleTable): SampleTable | undefined {
  const columns = Object.values(table.columns)
  const hasValue = (i: number) => columns.some((values) => !Number.isNaN(values[i] ?? Number.NaN))
  const steps = Array.from({ length: table.points }, (_, i) => i)
  const first = steps.find(hasValue)
  const last = steps.findLast(hasValue)
  if (first === undefined || last === undefined) return undefined
  return {
    startMs: table.startMs + first * table.stepMs,
    stepMs: table.stepMs,
    points: last - first + 1,
    columns: mapColumns(table, (values) => values.slice(first, last + 1)),
  }
}

export const mapColumns = (
  { columns }: SampleTable,
  change: (values: Float32Array) => Float32Array,
): SampleTable['columns'] => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, change(values)]))

/** As it crosses the wire: null where nobody measured, and no more digits than mean something. */
export function toSeries<Name extends ColumnName>({ startMs, stepMs, columns }: SampleTable, names: readonly Name[]) {
  const points = names.map((name) => [name, Array.from(columns[name] ?? [], toValue)] as const)
  return {
    startAt: new Date(startMs).toISOString(),
    stepMs,
    points: Object.fromEntries(points) as Record<Name, (number | null)[]>,
  }
}

export function toValue(value: number): number | null {
  if (Number.isNaN(value)) return null
  return Math.abs(value) >= 1000 ? Math.round(value) : Math.round(value * 1e4) / 1e4
}
