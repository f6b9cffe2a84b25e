import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextDelayMs } from './backoff.ts'

test('doubles from 0.2 s up to 5 s and stays there', () => {
  const delaysMs = [1, 2, 3, 4, 5, 6, 7, 1000].map((failedRounds) => nextDelayMs(failedRounds, 1))
  assert.deepEqual(delaysMs, [200, 400, 800, 1600, 3200, 5000, 5000, 5000])
})

test('where nothing answers it is tried every two seconds, as visitors may be waiting', () => {
  assert.equal(nextDelayMs(1000, 1, 'silent'), 2000)
})

test('jitter takes away up to half, never less than 0.2 s', () => {
  assert.equal(nextDelayMs(6, 0), 2500)
  assert.equal(nextDelayMs(3, 0.5), 600)
  assert.equal(nextDelayMs(1, 0), 200)
})
