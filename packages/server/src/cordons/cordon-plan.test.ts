import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planCordon } from './cordon-plan.ts'

const active = { name: 'worker1', availability: 'active', cordonLabel: null } as const
const paused = (cordonLabel: 'person' | 'pressure' | 'drain' | null) =>
  ({ name: 'worker1', availability: 'pause', cordonLabel }) as const
const byPerson = { availability: 'pause', cordonLabel: 'person' }
const inService = { availability: 'active', cordonLabel: null }

test('a person cordons what is active, and takes a cordon for pressure over', () => {
  assert.deepEqual(planCordon(active, true), byPerson)
  assert.deepEqual(planCordon(paused('pressure'), true), byPerson)
  assert.equal(planCordon(paused('person'), true), undefined)
})

test('a person ends every cordon', () => {
  assert.deepEqual(planCordon(paused('person'), false), inService)
  assert.deepEqual(planCordon(paused('pressure'), false), inService)
  assert.equal(planCordon(active, false), undefined)
})

test('what is drained, or was paused past Berth, is refused with what to do', () => {
  for (const isCordoned of [true, false]) {
    assert.throws(() => planCordon(paused('drain'), isCordoned), {
      code: 'conflict',
      hint: /machines activate worker1/,
    })
    assert.throws(() => planCordon({ ...paused(null), availability: 'drain' }, isCordoned), { code: 'conflict' })
    assert.throws(() => planCordon(paused(null), isCordoned), { code: 'conflict', hint: /docker node update/ })
  }
})
