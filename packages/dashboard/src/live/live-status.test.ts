import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staleAfterMs, statusOf, waitBeforeTryMs } from './live-status.ts'

const heard = { startedAtMs: 1_000, lastHeardAtMs: 5_000, liveSinceMs: 2_000 }

test('live as long as beats come, stale once three are missed', () => {
  assert.deepEqual(statusOf(heard, 5_000 + staleAfterMs - 1), { state: 'live', sinceMs: 2_000 })
  assert.deepEqual(statusOf(heard, 5_000 + staleAfterMs), { state: 'stale', sinceMs: 5_000 })
})

test('a connection that was just lost is no reason to call the page stale', () => {
  assert.deepEqual(statusOf({ ...heard, liveSinceMs: undefined }, 6_000), { state: 'connecting', sinceMs: 5_000 })
})

test('before anything was heard it connects, however long that takes', () => {
  const nothing = { startedAtMs: 1_000, lastHeardAtMs: undefined, liveSinceMs: undefined }
  assert.deepEqual(statusOf(nothing, 60_000), { state: 'connecting', sinceMs: 1_000 })
})

test('waits longer after each failure, up to 15 s, and never as long as its neighbour', () => {
  assert.deepEqual(
    [1, 2, 3, 20].map((failures) => waitBeforeTryMs(failures, 1)),
    [400, 800, 1_600, 15_000],
  )
  assert.equal(waitBeforeTryMs(3, 0), 800)
})
