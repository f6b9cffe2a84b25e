import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLookDue, planReturn } from './return-plan.ts'

const cordoned = { availability: 'pause', cordonLabel: 'pressure', isOpened: false } as const

test('a machine that the server waits for is opened if Berth paused it', () => {
  assert.equal(planReturn(cordoned, true), 'open')
  assert.equal(planReturn({ ...cordoned, availability: 'drain', cordonLabel: 'drain' }, true), 'open')
  assert.equal(planReturn({ ...cordoned, cordonLabel: null }, true), undefined)
  assert.equal(planReturn({ ...cordoned, availability: 'active' }, true), undefined)
  assert.equal(planReturn(undefined, true), undefined)
})

test('one that nothing waits for stays closed, or is closed', () => {
  assert.equal(planReturn(cordoned, false), undefined)
  assert.equal(planReturn({ ...cordoned, isOpened: true }, false), 'close')
})

test('the engine is asked once no server has been there for a while, and less often while opening does not help', () => {
  const due = (unlinkedMs: number, openings = 0, sinceOpeningMs = Number.POSITIVE_INFINITY) =>
    isLookDue({ unlinkedMs, openings, sinceOpeningMs })
  assert.deepEqual([due(9_999), due(10_000)], [false, true])
  assert.deepEqual([due(20_000, 1, 1_999), due(20_000, 1, 2_000)], [false, true])
  assert.deepEqual([due(20_000, 3, 7_999), due(20_000, 3, 8_000)], [false, true])
  assert.deepEqual([due(900_000, 20, 59_999), due(900_000, 20, 60_000)], [false, true])
})
