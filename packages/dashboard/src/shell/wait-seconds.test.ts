import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { readWaitSeconds } from './wait-seconds.ts'

const limited = (hint: string) => readWaitSeconds(new PlatformError('rate_limited', 'Too many tries', { hint }))

test('the wait is read from the words of the server', () => {
  assert.equal(limited('Try again in 12 s'), 12)
  assert.equal(limited('Try again in 3 min'), 180)
  assert.equal(limited('Try again later'), 0)
})

test('only what is rate limited has to wait', () => {
  assert.equal(readWaitSeconds(new PlatformError('sign_in_failed', 'Wrong', { hint: 'In 12 s' })), 0)
  assert.equal(readWaitSeconds(null), 0)
})
