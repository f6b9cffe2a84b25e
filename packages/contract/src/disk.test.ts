import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCacheBudgetBytes } from './disk.ts'

const GiB = 1024 ** 3

test('build cache has a tenth of the disk, and five gigabytes at most', () => {
  assert.equal(buildCacheBudgetBytes(1_000), 100)
  assert.equal(buildCacheBudgetBytes(20 * GiB), 2 * GiB)
  assert.equal(buildCacheBudgetBytes(500 * GiB), 5 * GiB)
})
