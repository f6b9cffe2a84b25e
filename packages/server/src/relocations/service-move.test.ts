import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aStep } from './a-step.ts'
import type { ServiceFacts } from './relocation-facts.ts'
import type { StepRow } from './relocation-row.ts'
import { advanceStep, withBefore } from './service-move.ts'
import { aServiceOn } from './some-facts.ts'

const advance = (step: StepRow, service: ServiceFacts | undefined, nowMs = 1_000) => advanceStep(step, service, nowMs)
const leaving = (change: Partial<StepRow> = {}) =>
  aStep({ machineId: 'a', upBefore: 3, placesBefore: { a: 2, b: 1 }, ...change })

test('as many as leave are started elsewhere before anything is replaced', () => {
  const service = aServiceOn('shop', [2, 1])
  const begun = advance(withBefore(leaving(), service), service)
  assert.deepEqual([begun.phase, begun.surge, begun.upBefore, begun.startedAtMs], ['surge', 2, 3, 1_000])
})

test('nothing is replaced until all the new ones are up at every edge', () => {
  const surging = leaving({ phase: 'surge', surge: 2, startedAtMs: 0 })
  const more = { wanted: 5, replicas: 3 }
  assert.equal(advance(surging, aServiceOn('shop', [2, 3], { ...more, up: 4 })).phase, 'surge')
  assert.equal(advance(surging, aServiceOn('shop', [2, 3], { ...more, up: 5, edgeTrouble: 'behind' })).phase, 'surge')
  assert.equal(advance(surging, aServiceOn('shop', [2, 3], { ...more, up: 5 })).phase, 'move')
})

test('the surplus goes only when those on the machine are gone and as many as before are up elsewhere', () => {
  const moving = leaving({ phase: 'move', surge: 2 })
  const wanted = { replicas: 3 }
  assert.equal(advance(moving, aServiceOn('shop', [1, 4], wanted)).words, '1 instance still there')
  assert.equal(advance(moving, aServiceOn('shop', [0, 5], { ...wanted, stopping: { a: 1 } })).phase, 'move')
  assert.equal(advance(moving, aServiceOn('shop', [0, 5], { ...wanted, up: 4 })).phase, 'move')
  assert.equal(advance(moving, aServiceOn('shop', [0, 5], wanted)).phase, 'settle')
})

test('a step is done once the surplus is gone', () => {
  const settling = leaving({ phase: 'settle', surge: 2 })
  assert.equal(advance(settling, aServiceOn('shop', [0, 5], { replicas: 3 })).phase, 'settle')
  const done = advance(settling, aServiceOn('shop', [0, 3]))
  assert.deepEqual([done.phase, done.words, done.finishedAtMs], ['done', '2 instances moved', 1_000])
})

test('what is not up is moved without a bridge and need not come up', () => {
  const broken = aServiceOn('shop', [1], { up: 0 })
  const begun = advance(withBefore(leaving(), broken), broken)
  assert.deepEqual([begun.phase, begun.surge], ['move', 0])
  assert.equal(advance(begun, aServiceOn('shop', [0, 1], { up: 0 })).phase, 'settle')
})

test('a service whose app is being deployed waits, and one whose release is gone is done', () => {
  const waiting = advance(leaving(), aServiceOn('shop', [2], { isDeploying: true }))
  assert.deepEqual(
    [waiting.phase, waiting.words, waiting.startedAtMs],
    ['waiting', 'waits for the deployment of shop', null],
  )
  assert.equal(advance(leaving(), undefined).phase, 'done')
})

test('a deployment that begins in the middle changes nothing for what is on its way', () => {
  const moving = leaving({ phase: 'move', surge: 2 })
  assert.equal(advance(moving, aServiceOn('shop', [0, 5], { replicas: 3, isDeploying: true })).phase, 'settle')
})

test('what finds no room in time is done without: a leave one by one, a spread not at all', () => {
  const surging = leaving({ phase: 'surge', surge: 2, startedAtMs: 0 })
  const full = aServiceOn('shop', [2, 2], {
    wanted: 5,
    replicas: 3,
    unplaced: { words: 'insufficient resources', count: 1 },
  })
  assert.equal(advance(surging, full, 10_000).phase, 'surge')
  const moving = advance(surging, full, 16_000)
  assert.deepEqual([moving.phase, moving.surge], ['move', 1])
  assert.equal(advance({ ...surging, way: 'spread' }, full, 16_000).phase, 'failed')
})

test('a spread that leaves things no better has failed, and one that was scaled meanwhile is not judged', () => {
  const settling = aStep({
    way: 'spread',
    phase: 'settle',
    machineId: 'a',
    surge: 1,
    upBefore: 3,
    placesBefore: { a: 3 },
  })
  assert.equal(advance(settling, aServiceOn('shop', [2, 1])).phase, 'done')
  assert.equal(advance(settling, aServiceOn('shop', [3])).phase, 'failed')
  assert.equal(advance(settling, aServiceOn('shop', [4])).phase, 'done')
})

test('a look that sees nothing new gives the same step', () => {
  const moving = leaving({ phase: 'move', surge: 2, words: '1 instance still there' })
  assert.equal(advance(moving, aServiceOn('shop', [1, 4], { replicas: 3 })), moving)
})
