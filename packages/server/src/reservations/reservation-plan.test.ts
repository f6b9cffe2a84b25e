import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planReservations, type SeenUse, withoutObserved } from './reservation-plan.ts'

const MiB = 1024 ** 2
const largest = { cpuMillis: 4000, memoryBytes: 8192 * MiB }
const seen = (change: Partial<SeenUse> = {}): SeenUse => ({
  cpuMillisP95: 200,
  memoryBytesP95: 200 * MiB,
  sampleCount: 4000,
  outOfMemoryKills: 0,
  ...change,
})

test('what was observed is reserved with headroom', () => {
  assert.deepEqual(planReservations({}, seen(), largest), {
    cpuMillis: 230,
    cpuSource: 'observed',
    memoryBytes: 230 * MiB,
    memorySource: 'observed',
    observed: seen(),
    cappedBy: null,
  })
})

test('what its owner says holds, and 0 means nothing', () => {
  const { cpuMillis, cpuSource, memoryBytes, memorySource, cappedBy } = planReservations(
    { reservedCpuMillis: 0, reservedMemoryBytes: 32 * MiB, memoryBytes: 100 * MiB },
    seen(),
    largest,
  )
  assert.deepEqual([cpuMillis, cpuSource, memoryBytes, memorySource], [0, 'setting', 32 * MiB, 'setting'])
  assert.equal(cappedBy, null, 'what is not used is not capped either')
})

test('a new app reserves nothing, and neither does one that was seen too shortly', () => {
  for (const use of [null, seen({ sampleCount: 2 })]) {
    const { memoryBytes, memorySource, cpuMillis, cpuSource, observed } = planReservations({}, use, largest)
    assert.deepEqual([memoryBytes, memorySource, cpuMillis, cpuSource, observed], [0, 'none', 0, 'none', null])
  }
})

test('there is a floor under what uses next to nothing', () => {
  const { cpuMillis, memoryBytes } = planReservations({}, seen({ cpuMillisP95: 0.2, memoryBytesP95: MiB }), largest)
  assert.deepEqual([cpuMillis, memoryBytes], [10, 64 * MiB])
})

test('what was ended for want of memory gets a fifth more, or 100 MiB', () => {
  const after = (memoryBytesP95: number) =>
    planReservations({}, seen({ memoryBytesP95, outOfMemoryKills: 1 }), largest).memoryBytes / MiB
  assert.equal(after(200 * MiB), 330)
  assert.equal(after(1000 * MiB), 1380)
})

test('what was observed never exceeds the limit, nor the largest machine, and that is said', () => {
  const limited = planReservations({ memoryBytes: 210 * MiB }, seen(), largest)
  assert.deepEqual([limited.memoryBytes, limited.cappedBy], [210 * MiB, 'limit'])
  const small = planReservations({}, seen({ cpuMillisP95: 900 }), { cpuMillis: 1000, memoryBytes: 128 * MiB })
  assert.deepEqual([small.cpuMillis, small.memoryBytes, small.cappedBy], [1000, 128 * MiB, 'largest_machine'])
})

test('without room only what its owner asked for stays', () => {
  const planned = planReservations({ reservedMemoryBytes: 32 * MiB }, seen(), largest)
  const { cpuMillis, memoryBytes, cappedBy } = withoutObserved(planned)
  assert.deepEqual([cpuMillis, memoryBytes, cappedBy], [0, 32 * MiB, 'room'])
})
