import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureLimit } from './failure-limit.ts'

test('waits longer after each failure beyond the free ones, up to a limit', () => {
  const limit = failureLimit({ now: () => 0, free: 2, firstWaitMs: 100, maxWaitMs: 350 })
  const waits = [1, 2, 3, 4, 5, 6].map(() => {
    limit.failed('a')
    return limit.waitMs('a')
  })
  assert.deepEqual(waits, [0, 0, 100, 200, 350, 350])
  assert.equal(limit.waitMs('b'), 0)
})

test('waiting helps', () => {
  let now = 0
  const limit = failureLimit({ now: () => now, free: 0, firstWaitMs: 100 })
  limit.failed('a')
  now = 99
  assert.equal(limit.waitMs('a'), 1)
  now = 100
  assert.equal(limit.waitMs('a'), 0)
})

test('a success or a long silence wipes the slate clean', () => {
  let now = 0
  const limit = failureLimit({ now: () => now, free: 1, firstWaitMs: 100, forgetMs: 1_000 })
  const failTwice = () => {
    limit.failed('a')
    limit.failed('a')
  }
  failTwice()
  limit.succeeded('a')
  assert.equal(limit.waitMs('a'), 0)
  failTwice()
  now = 1_001
  limit.failed('a')
  assert.equal(limit.waitMs('a'), 0)
})

test('remembers only so many addresses, and forgets first who failed longest ago', () => {
  const limit = failureLimit({ now: () => 0, free: 0, firstWaitMs: 100, maxAddresses: 2 })
  for (const address of ['a', 'b', 'a', 'c']) limit.failed(address)
  assert.deepEqual(
    ['a', 'b', 'c'].map((address) => limit.waitMs(address) > 0),
    [true, false, true],
  )
})
