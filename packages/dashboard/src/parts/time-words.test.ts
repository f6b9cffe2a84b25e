import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeRelativeTime } from './time-words.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const ago = (ms: number) => describeRelativeTime(now - ms, now)

test('the past is told in the largest unit that leaves a number', () => {
  assert.equal(ago(2_000), 'just now')
  assert.equal(ago(40_900), '40 s ago')
  assert.equal(ago(60_000), '1 min ago')
  assert.equal(ago(59 * 60_000 + 59_000), '59 min ago')
  assert.equal(ago(47 * 3_600_000), '47 h ago')
  assert.equal(ago(48 * 3_600_000), '2 d ago')
})

test('what is long ago is told by its date', () => {
  assert.equal(ago(31 * 86_400_000), '2026-10-21')
})

test('what is to come is told as such, but a clock that is a little ahead is not', () => {
  assert.equal(ago(-3_000), 'just now')
  assert.equal(ago(-7_200_000), 'in 2 h')
})

test('a bare span says neither ago nor in', () => {
  assert.equal(describeRelativeTime(now - 90_000, now, true), '1 min')
  assert.equal(describeRelativeTime(now - 1_000, now, true), '1 s')
})
