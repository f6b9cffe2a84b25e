import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BuildCacheRecord } from '@berth/engine'
import { cacheBudgetBytes, planCacheRemoval } from './cache-plan.ts'

const record = (id: string, lastUsedAtMs: number, change: Partial<BuildCacheRecord> = {}): BuildCacheRecord => ({
  ...{ id, lastUsedAtMs, sizeBytes: 10, isInUse: false, isShared: false },
  ...change,
})
const plan = (records: BuildCacheRecord[], budgetBytes: number, owned = records.map(({ id }) => id)) =>
  planCacheRemoval({ records, owned: new Set(owned), budgetBytes })

test('what was not used for the longest time goes first, and no more than must', () => {
  assert.deepEqual(plan([record('new', 3), record('old', 1), record('middle', 2)], 20), ['old'])
  assert.deepEqual(plan([record('new', 3), record('old', 1)], 20), [])
})

test("what somebody else's builds left is neither counted nor removed", () => {
  assert.deepEqual(plan([record('theirs', 1, { sizeBytes: 999 }), record('ours', 2)], 10, ['ours']), [])
  assert.deepEqual(plan([record('theirs', 1), record('ours', 2)], 5, ['ours']), ['ours'])
})

test('what a build needs now stays, and what is part of an image would free nothing', () => {
  assert.deepEqual(plan([record('used', 1, { isInUse: true }), record('image', 2, { isShared: true })], 0), [])
})

test('a small disk gives a tenth of itself', () => {
  assert.equal(cacheBudgetBytes(20 * 1024 ** 3), 2 * 1024 ** 3)
  assert.equal(cacheBudgetBytes(500 * 1024 ** 3), 5 * 1024 ** 3)
})
