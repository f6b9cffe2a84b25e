import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from './a-disk.ts'
import { type DueInput, planDue } from './cleanup-due.ts'

const nowMs = 10 * dayMs
const due = (change: Partial<DueInput> = {}) =>
  planDue({ nowMs, cleanedAtMs: nowMs, jitterMs: 1_000, machines: [], ...change })
const machine = (name: string, usedRatio: number | null, relievedAtMs: number | null = null) => ({
  ...{ name, usedRatio, relievedAtMs },
})

test('all is cleaned up a day and a moment after the last time, or if it never was', () => {
  assert.equal(due({ cleanedAtMs: nowMs - dayMs }).all, false)
  assert.equal(due({ cleanedAtMs: nowMs - dayMs - 1_000 }).all, true)
  assert.equal(due({ cleanedAtMs: null }).all, true)
})

test('machines that get too full are relieved, the fullest first', () => {
  const machines = [machine('a', 0.86), machine('b', 0.84), machine('c', 0.97), machine('d', null)]
  assert.deepEqual(due({ machines }).relieved, ['c', 'a'])
})

test('one that was relieved a moment ago is not tried again at once', () => {
  const machines = [machine('a', 0.9, nowMs - 60_000), machine('b', 0.9, nowMs - 3_600_000)]
  assert.deepEqual(due({ machines }).relieved, ['b'])
})
