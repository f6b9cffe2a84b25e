import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RelocationFacts, ServiceFacts } from '../relocations/relocation-facts.ts'
import type { RelocationRow } from '../relocations/relocation-row.ts'
import { aDrain, aServiceOn, factsOf } from '../relocations/some-facts.ts'
import { progressRebalance, type RebalanceFacts, rebalanceSteps } from './rebalance-progress.ts'

const facts = (services: ServiceFacts[], change: Partial<RebalanceFacts> = {}): RebalanceFacts => ({
  ...factsOf(services),
  stalledMs: 0,
  isDrainWaiting: false,
  ...change,
})
const begun = (seen: RelocationFacts): RelocationRow =>
  aDrain({ kind: 'rebalance', machineId: null, machine: null, steps: rebalanceSteps(seen) })
const phasesOf = ({ steps }: RelocationRow) => steps.map(({ phase }) => phase).join(' ')
const uneven = aServiceOn('shop', [3, 3, 0])

test('one move is made at a time', () => {
  const first = progressRebalance(begun(facts([uneven])), facts([uneven]))
  assert.equal(phasesOf(first), 'surge waiting')
  const settling = progressRebalance(first, facts([aServiceOn('shop', [3, 3, 1], { replicas: 6 })]))
  assert.equal(phasesOf(settling), 'settle waiting')
  const done = progressRebalance(settling, facts([aServiceOn('shop', [2, 3, 1])]))
  assert.equal(phasesOf(done), 'done waiting')
  assert.equal(phasesOf(progressRebalance(done, facts([aServiceOn('shop', [2, 3, 1])]))), 'done surge')
})

test('the next move is from whichever machine the engine left full', () => {
  const row = begun(facts([uneven]))
  const after = { ...row, steps: row.steps.map((step, i) => (i === 0 ? { ...step, phase: 'done' as const } : step)) }
  const next = progressRebalance(after, facts([aServiceOn('shop', [3, 2, 1])]))
  assert.deepEqual([next.steps[1]?.phase, next.steps[1]?.from], ['surge', 'machine-a'])
})

test('a move that helps no more is left out', () => {
  const next = progressRebalance(begun(facts([uneven])), facts([aServiceOn('shop', [2, 2, 2])]))
  assert.deepEqual([next.steps[0]?.phase, next.steps[0]?.words], ['skipped', 'no longer needed'])
})

test('an app that is being deployed is left to its deployment, also in the middle', () => {
  const deploying = aServiceOn('shop', [3, 3, 0], { isDeploying: true })
  assert.equal(phasesOf(progressRebalance(begun(facts([uneven])), facts([deploying]))), 'skipped waiting')
  const first = progressRebalance(begun(facts([uneven])), facts([uneven]))
  assert.equal(phasesOf(progressRebalance(first, facts([deploying]))), 'skipped waiting')
})

test('a drain that waits goes first, when the move that is under way is done', () => {
  const first = progressRebalance(begun(facts([uneven])), facts([uneven]))
  const waiting = { isDrainWaiting: true }
  const settling = progressRebalance(first, facts([aServiceOn('shop', [3, 3, 1], { replicas: 6 })], waiting))
  assert.equal(phasesOf(settling), 'settle waiting')
  const done = progressRebalance(settling, facts([aServiceOn('shop', [2, 3, 1])], waiting))
  const end = progressRebalance(done, facts([aServiceOn('shop', [2, 3, 1])], waiting))
  assert.deepEqual([phasesOf(end), end.state, end.words], ['done skipped', 'cancelled', '1 instance moved'])
})

/** The move that is under way has been made, and the engine chose a machine that made nothing better. */
function settleInVain(row: RelocationRow): RelocationRow {
  const steps = row.steps.map((step) => (step.phase === 'surge' ? { ...step, phase: 'settle' as const } : step))
  return progressRebalance({ ...row, steps }, facts([uneven]))
}

test('a move that made nothing better is tried again after those that wait', () => {
  const again = settleInVain(progressRebalance(begun(facts([uneven])), facts([uneven])))
  assert.deepEqual([again.state, phasesOf(again)], ['running', 'skipped waiting waiting'])
  assert.match(again.steps[0]?.words ?? '', /no better than before/)
  assert.equal(phasesOf(progressRebalance(again, facts([uneven]))), 'skipped surge waiting')
})

test('one that made nothing better three times ends the rebalance with the reason', () => {
  let row = begun(facts([uneven]))
  for (const _ of [1, 2, 3]) row = settleInVain(progressRebalance(row, facts([uneven])))
  assert.equal(row.state, 'failed')
  assert.match(row.failure?.message ?? '', /no better than before/)
  assert.ok(!row.steps.some(({ phase }) => phase === 'waiting'))
})

test('one that comes no further is given up, so that what it added goes', () => {
  const row = progressRebalance(begun(facts([uneven])), facts([uneven]))
  const end = progressRebalance(
    row,
    facts([aServiceOn('shop', [3, 3, 1], { replicas: 6, up: 6 })], { stalledMs: 121_000 }),
  )
  assert.equal(end.state, 'failed')
})

test('where everything is even there is nothing to do', () => {
  const end = progressRebalance(begun(facts([])), facts([]))
  assert.deepEqual([end.state, end.words], ['succeeded', 'everything was spread evenly'])
})
