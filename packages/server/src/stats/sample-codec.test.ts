import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnsOf } from './measures.ts'
import { packTable, unpackTable } from './sample-codec.ts'
import { emptyTable } from './sample-table.ts'

const steps = { startMs: 0, stepMs: 15_000, points: 60 }

test('what is unpacked is what was packed, to one part in two thousand, gaps included', () => {
  const table = emptyTable(steps, columnsOf('instance'))
  const { cpuRatio, memoryBytes, outOfMemoryKills } = table.columns
  for (let i = 0; i < steps.points; i += 2) {
    cpuRatio?.fill(Math.sin(i) + 1, i, i + 1)
    memoryBytes?.fill(123_456_789 * (i + 1), i, i + 1)
    outOfMemoryKills?.fill(0, i, i + 1)
  }
  const read = unpackTable(packTable(table), steps)
  assert.deepEqual(Object.keys(read.columns), [...columnsOf('instance')])
  for (const [name, values] of Object.entries(table.columns)) {
    for (const [i, value] of values.entries()) {
      const again = read.columns[name as 'cpuRatio']?.[i] ?? 0
      if (Number.isNaN(value)) assert.ok(Number.isNaN(again), `${name} ${i}`)
      else assert.ok(Math.abs(again - value) <= value / 2_000, `${name} ${i}: ${again} for ${value}`)
    }
  }
})

test('small whole numbers stay what they are', () => {
  const table = emptyTable({ ...steps, points: 5 }, ['instances'])
  table.columns.instances?.set([0, 1, 7, 200, 2_047])
  const read = unpackTable(packTable(table), { ...steps, points: 5 })
  assert.deepEqual([...(read.columns.instances ?? [])], [0, 1, 7, 200, 2_047])
})

test('is plain text, and short where little happens', () => {
  const table = emptyTable(steps, columnsOf('machine'))
  for (const values of Object.values(table.columns)) values.fill(0.25)
  const text = packTable(table)
  assert.match(text, /^[A-Za-z0-9+/=]+$/)
  assert.ok(text.length < 400, `${text.length} characters`)
})
