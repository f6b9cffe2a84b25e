import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold, merge, type SampleTable, toSeries, trim } from './sample-table.ts'

const hole = Number.NaN
const seconds = (columns: Record<string, number[]>, startMs = 0): SampleTable => ({
  startMs,
  stepMs: 1_000,
  points: Object.values(columns)[0]?.length ?? 0,
  columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float32Array.from(values)])),
})
const values = (table: SampleTable, name: keyof SampleTable['columns']) =>
  Array.from(table.columns[name] ?? [], (value) => (Number.isNaN(value) ? null : value))

test('a longer step is the mean of those that were measured, and null where none was', () => {
  const table = seconds({ cpuRatio: [1, 2, 3, hole, 5, hole, hole, hole] })
  const folded = fold([table], { startMs: 0, stepMs: 2_000, points: 4 }, ['cpuRatio'])
  assert.deepEqual(values(folded, 'cpuRatio'), [1.5, 3, 5, null])
})

test('a peak that lasted a second is seen in any step that it was in', () => {
  const steps = { startMs: 0, stepMs: 2_000, points: 2 }
  const once = fold([seconds({ cpuRatio: [0, 4, 0, 1] })], steps, ['cpuRatio', 'cpuRatioMax'])
  assert.deepEqual(values(once, 'cpuRatioMax'), [4, 1])
  const twice = fold([once], { startMs: 0, stepMs: 4_000, points: 1 }, ['cpuRatio', 'cpuRatioMax'])
  assert.deepEqual([values(twice, 'cpuRatio'), values(twice, 'cpuRatioMax')], [[1.25], [4]])
})

test('what happened is added up, and a number of instances is never a fraction', () => {
  const table = seconds({ outOfMemoryKills: [1, 0, 2, hole], instances: [2, 3, 3, hole] })
  const folded = fold([table], { startMs: 0, stepMs: 4_000, points: 1 }, ['outOfMemoryKills', 'instances'])
  assert.deepEqual([values(folded, 'outOfMemoryKills'), values(folded, 'instances')], [[3], [3]])
})

test('several tables become one, and what is outside of the steps is left out', () => {
  const tables = [seconds({ cpuRatio: [9, 1, 1] }, -1_000), seconds({ cpuRatio: [3, 3, 9] }, 2_000)]
  const folded = fold(tables, { startMs: 0, stepMs: 4_000, points: 1 }, ['cpuRatio'])
  assert.deepEqual(values(folded, 'cpuRatio'), [2])
})

test('a mean of large numbers is right', () => {
  const table = seconds({ memoryBytes: Array.from({ length: 15 }, () => 137_438_953_472) })
  const folded = fold([table], { startMs: 0, stepMs: 15_000, points: 1 }, ['memoryBytes'])
  assert.deepEqual(values(folded, 'memoryBytes'), [137_438_953_472])
})

test('of two tables the newer one counts, and the older one where that has a gap', () => {
  const merged = merge(seconds({ cpuRatio: [1, 2, hole] }), seconds({ cpuRatio: [hole, 3, 4], load1: [5, 5, 5] }))
  assert.deepEqual(
    [values(merged, 'cpuRatio'), values(merged, 'load1')],
    [
      [1, 3, 4],
      [5, 5, 5],
    ],
  )
})

test('is cut to what was measured, gaps in between included', () => {
  const trimmed = trim(seconds({ cpuRatio: [hole, 1, hole, hole], memoryBytes: [hole, hole, hole, 2] }))
  assert.deepEqual([trimmed?.startMs, trimmed?.points], [1_000, 3])
  assert.deepEqual(trimmed && values(trimmed, 'cpuRatio'), [1, null, null])
  assert.equal(trim(seconds({ cpuRatio: [hole, hole] })), undefined)
})

test('crosses the wire with null for a gap and without digits that mean nothing', () => {
  const series = toSeries(seconds({ cpuRatio: [0.123456, hole], memoryBytes: [1234.56, 0] }), [
    'cpuRatio',
    'memoryBytes',
  ])
  assert.deepEqual(series, {
    startAt: '1970-01-01T00:00:00.000Z',
    stepMs: 1_000,
    points: { cpuRatio: [0.1235, null], memoryBytes: [1235, 0] },
  })
})
