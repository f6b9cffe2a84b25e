import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeStatus } from './live-words.ts'

test('says for how long it has been trying', () => {
  assert.equal(describeStatus({ state: 'live', sinceMs: 0 }, 90_000).words, 'Live')
  assert.equal(describeStatus({ state: 'connecting', sinceMs: 0 }, 500).words, 'Connecting …')
  assert.equal(describeStatus({ state: 'connecting', sinceMs: 0 }, 4_200).words, 'Connecting since 4 s')
  assert.equal(describeStatus({ state: 'stale', sinceMs: 0 }, 125_000).words, 'Reconnecting since 2 min')
  assert.equal(describeStatus({ state: 'stale', sinceMs: 0 }, 9 * 3_600_000).words, 'Reconnecting since 9 h')
})

test('a clock that was set back says no negative time', () => {
  assert.equal(describeStatus({ state: 'stale', sinceMs: 10_000 }, 0).words, 'Connecting …')
})
