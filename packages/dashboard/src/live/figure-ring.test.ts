import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppFigures, AppSeries } from '@berth/contract'
import { addFigures, createRing, mostPoints, readRing, refillRing } from './figure-ring.ts'

const stepMs = 2_000
const figures = (requestsPerSecond: number): AppFigures => ({
  requestsPerSecond,
  errorsPerSecond: null,
  inFlight: 0,
  cpuRatio: 0,
  memoryBytes: 0,
})
const series = (requestsPerSecond: (number | null)[]): AppSeries => ({
  app: 'shop',
  requestsPerSecond,
  errorsPerSecond: requestsPerSecond.map(() => null),
  cpuRatio: requestsPerSecond.map(() => 0),
  memoryBytes: requestsPerSecond.map(() => 0),
})
const add = (ring: ReturnType<typeof createRing>, value: number, atMs: number) =>
  addFigures(ring, figures(value), { atMs, stepMs })

test('keeps the last points and never more', () => {
  const ring = createRing()
  for (let count = 0; count < mostPoints + 5; count++) add(ring, count, count * stepMs)
  const { requestsPerSecond, endAtMs } = readRing(ring, stepMs)
  assert.equal(requestsPerSecond.length, mostPoints)
  assert.deepEqual([requestsPerSecond[0], requestsPerSecond.at(-1)], [5, mostPoints + 4])
  assert.equal(endAtMs, (mostPoints + 4) * stepMs)
})

test('steps that were missed are gaps, and what comes twice is taken once', () => {
  const ring = createRing()
  add(ring, 1, 10_000)
  add(ring, 1, 10_000)
  add(ring, 2, 16_100)
  assert.deepEqual(readRing(ring, stepMs).requestsPerSecond, [1, null, null, 2])
})

test('what nobody measured is null, not zero', () => {
  const ring = createRing()
  add(ring, 0, 10_000)
  assert.deepEqual(readRing(ring, stepMs).errorsPerSecond, [null])
  addFigures(ring, undefined, { atMs: 12_000, stepMs })
  assert.deepEqual(readRing(ring, stepMs).requestsPerSecond, [0, null])
})

test('what the server remembers fills the gap; older and newer points stay', () => {
  const ring = createRing()
  add(ring, 1, 2_000)
  add(ring, 2, 4_000)
  add(ring, 6, 12_000)
  add(ring, 7, 14_000)
  refillRing(ring, series([20, 30, 40, 50, 60]), { endAtMs: 12_000, stepMs })
  assert.deepEqual(readRing(ring, stepMs).requestsPerSecond, [1, 20, 30, 40, 50, 60, 7])
  assert.equal(ring.endAtMs, 14_000)
})

test('a longer memory than there is room for is cut at its old end', () => {
  const ring = createRing()
  refillRing(ring, series(Array.from({ length: mostPoints + 10 }, (_, index) => index)), { endAtMs: 1e6, stepMs })
  const { requestsPerSecond } = readRing(ring, stepMs)
  assert.deepEqual([requestsPerSecond.length, requestsPerSecond[0]], [mostPoints, 10])
})
