import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alignValues, appendSample, latestOf, readRange, thinOut, timesOf } from './series.ts'

const startAt = '2026-11-28T12:00:00.000Z'
const startMs = Date.parse(startAt)
const series = { startAt, stepMs: 1_000, points: { cpuRatio: [0.1, 0.2, 0.3], load1: [1, null, 3] } }

test('a new second moves the window on', () => {
  const next = appendSample(series, { cpuRatio: 0.4, load1: 4 }, startMs + 3_200)
  assert.deepEqual(next.points, { cpuRatio: [0.2, 0.3, 0.4], load1: [null, 3, 4] })
  assert.equal(next.startAt, '2026-11-28T12:00:01.000Z')
})

test('seconds that nobody heard of are gaps', () => {
  const next = appendSample(series, { cpuRatio: 0.5, load1: null }, startMs + 4_000)
  assert.deepEqual(next.points, { cpuRatio: [0.3, null, 0.5], load1: [3, null, null] })
})

test('after a long silence nothing old is left, and the window has its length', () => {
  const next = appendSample(series, { cpuRatio: 0.5 }, startMs + 600_000)
  assert.deepEqual(next.points.cpuRatio, [null, null, 0.5])
})

test('a second that is known already changes nothing', () => {
  assert.equal(appendSample(series, { cpuRatio: 9 }, startMs + 2_000), series)
})

test('an instance that began later and was measured in longer steps stands where it belongs', () => {
  const times = timesOf({ startAt, stepMs: 1_000, points: {} }, 6)
  const later = { startAt: '2026-11-28T12:00:02.000Z', stepMs: 2_000 }
  assert.deepEqual(alignValues(later, [7, null], times), [null, null, 7, 7, null, null])
})

test('what was measured last is not what is missing', () => {
  assert.equal(latestOf([1, 2, null]), 2)
  assert.equal(latestOf([null]), null)
})

test('a range that nobody knows is the live one', () => {
  assert.deepEqual([readRange('7d'), readRange('2y'), readRange(undefined)], ['7d', 'live', 'live'])
})

test('many values become few means, and a gap of all stays a gap', () => {
  assert.deepEqual(thinOut([1, 3, null, null, 5, null], 3), [2, null, 5])
  assert.deepEqual(thinOut([1, 2], 60), [1, 2])
})
