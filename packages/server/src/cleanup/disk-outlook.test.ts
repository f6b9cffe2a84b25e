import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from './a-disk.ts'
import { daysUntilFull } from './disk-outlook.ts'

const stepMs = dayMs / 4
const growing = (perStep: number, points: number) => Array.from({ length: points }, (_, i) => 100 + i * perStep)

test('a disk that fills up evenly is full when the line says so', () => {
  // 10 a quarter of a day, 200 of 500 used: 300 more are 7.5 days.
  assert.equal(daysUntilFull({ stepMs, usedBytes: growing(10, 11) }, 500), 7.5)
})

test('steps that nobody measured change nothing', () => {
  const usedBytes = growing(10, 11).map((used, i) => (i === 3 || i === 4 ? null : used))
  assert.equal(daysUntilFull({ stepMs, usedBytes }, 500), 7.5)
})

test('nothing is said of a disk that does not fill up, or not soon, or that was not measured for two days', () => {
  assert.equal(daysUntilFull({ stepMs, usedBytes: growing(-10, 9) }, 500), null)
  assert.equal(daysUntilFull({ stepMs, usedBytes: growing(0, 9) }, 500), null)
  assert.equal(daysUntilFull({ stepMs, usedBytes: growing(0.1, 9) }, 500), null)
  assert.equal(daysUntilFull({ stepMs, usedBytes: growing(10, 8) }, 500), null)
  assert.equal(daysUntilFull({ stepMs, usedBytes: [] }, 500), null)
})
