import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BuildCacheRecord } from '@berth/engine'
import { ownCache, planCacheRemoval } from './own-cache.ts'

const record = (id: string, lastUsedAtMs: number, change: Partial<BuildCacheRecord> = {}): BuildCacheRecord => ({
  ...{ id, lastUsedAtMs, sizeBytes: 10, isInUse: false, isShared: false, parentIds: [] },
  ...change,
})
const own = (records: BuildCacheRecord[], owned = records.map(({ id }) => id)) => ownCache(records, new Set(owned))
const plan = (records: BuildCacheRecord[], budgetBytes: number, owned?: string[]) =>
  planCacheRemoval(own(records, owned), budgetBytes)

test('what was not used for the longest time goes first, and no more than must', () => {
  assert.deepEqual(plan([record('new', 3), record('old', 1), record('middle', 2)], 20), ['old'])
  assert.deepEqual(plan([record('new', 3), record('old', 1)], 20), [])
})

test("what somebody else's builds left is neither counted nor removed", () => {
  assert.deepEqual(plan([record('theirs', 1, { sizeBytes: 999 }), record('ours', 2)], 10, ['ours']), [])
  assert.deepEqual(plan([record('theirs', 1), record('ours', 2)], 5, ['ours']), ['ours'])
})

test('what a build needs now stays, and what is part of an image is counted with that', () => {
  assert.deepEqual(plan([record('used', 1, { isInUse: true }), record('image', 2, { isShared: true })], 0), [])
  assert.deepEqual(own([record('image', 2, { isShared: true })]), [])
})

test('nothing goes before what is built on it, and what that was used for counts for it', () => {
  const records = [
    record('base', 1),
    record('middle', 2, { parentIds: ['base'] }),
    record('top', 5, { parentIds: ['middle'] }),
    record('alone', 4),
  ]
  assert.deepEqual(plan(records, 0), ['alone', 'top', 'middle', 'base'])
})

test("what somebody else's build is built on stays, however old it is", () => {
  const records = [record('base', 1), record('theirs', 1, { parentIds: ['base'] }), record('ours', 9)]
  assert.deepEqual(plan(records, 0, ['base', 'ours']), ['ours'])
  assert.deepEqual(
    own(records, ['base', 'ours']).map(({ recordId, isUsed }) => [recordId, isUsed]),
    [
      ['base', true],
      ['ours', false],
    ],
  )
})
