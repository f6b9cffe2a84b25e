import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeKills, killTimes } from './kills.ts'

test('ends for lack of memory are counted and have their moments', () => {
  assert.deepEqual(killTimes([0, 2, null], [10, 25, 40]), [25])
  assert.match(describeKills([0, 2, null, 1]) ?? '', /^3 processes/)
  assert.equal(describeKills([0, null]), undefined)
})
