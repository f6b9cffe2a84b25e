import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ReadingFacts, readingsOf } from './machine-readings.ts'

const GiB = 1024 ** 3
const stats = {
  cpuRatio: 0.1,
  load1: 0,
  memoryUsedBytes: 2 * GiB,
  memoryTotalBytes: 10 * GiB,
  diskUsedBytes: 20 * GiB,
  diskTotalBytes: 100 * GiB,
  pressure: null,
} as ReadingFacts['stats']
const calm = { cpuSome60: 0, memorySome60: 0, memoryFull60: 0, ioSome60: 0, ioFull60: 0 }
const worst = (change: Partial<ReadingFacts['stats']>, more: Partial<ReadingFacts> = {}) =>
  readingsOf({ stats: { ...stats, ...change }, cpuRatio: 0.1, cpuMillis: 4000, newcomers: 0, ...more })[0]

const cases: [what: string, change: Partial<ReadingFacts['stats']>, words: RegExp][] = [
  ['memory', { memoryUsedBytes: 9.3 * GiB }, /^716\.8 MiB of memory are available|^717 MiB of memory are available/],
  ['disk', { diskUsedBytes: 91 * GiB }, /^9 GiB of disk are free/],
  ['CPU stalls', { pressure: { ...calm, cpuSome60: 61 } }, /waited for the CPU for 61 %/],
  ['memory stalls', { pressure: { ...calm, memorySome60: 11 } }, /waited for memory for 11 %/],
  ['disk stalls', { pressure: { ...calm, ioFull60: 31 } }, /waited for the disk for 31 %/],
]
for (const [what, change, words] of cases) {
  test(`a machine is short of ${what}`, () => {
    const found = worst(change)
    assert.ok((found?.severity ?? 0) > 1)
    assert.match(found?.words ?? '', words)
  })
}

test('a machine that uses nearly all of its CPU is short of it, whatever the kernel says of stalls', () => {
  const pressure = { ...calm, cpuSome60: 1 }
  const found = worst({ pressure }, { cpuRatio: 0.99 })
  assert.ok((found?.severity ?? 0) > 1)
  assert.equal(found?.words, 'its CPU is 99 % busy')
  assert.ok((worst({}, { cpuRatio: 0.91 })?.severity ?? 1) < 1)
  assert.ok((worst({}, { cpuRatio: null })?.severity ?? 1) < 1)
})

test('instances that just began count before the figures show them', () => {
  assert.ok((worst({}, { cpuRatio: 0.8, newcomers: 4 })?.severity ?? 1) < 1)
  assert.ok((worst({}, { cpuRatio: 0.8, newcomers: 5 })?.severity ?? 0) > 1)
  const nearlyFull = { memoryUsedBytes: 9 * GiB }
  assert.ok((worst(nearlyFull, { newcomers: 3 })?.severity ?? 1) < 1)
  assert.ok((worst(nearlyFull, { newcomers: 4 })?.severity ?? 0) > 1)
})
