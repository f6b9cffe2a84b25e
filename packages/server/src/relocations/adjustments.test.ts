import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aStep } from './a-step.ts'
import { adjustmentsOf } from './adjustments.ts'
import type { DrainRow, RelocationRow, StepRow } from './relocation-row.ts'
import { aDrain } from './some-facts.ts'

const drainOf = (change: Partial<DrainRow> = {}): DrainRow => ({
  machineId: 'a',
  machine: 'machine-a',
  relocationId: 'r1',
  availability: 'pause',
  isDrained: false,
  sinceMs: 0,
  ...change,
})
const onShop = (change: Partial<StepRow>) => aStep({ machineId: 'a', surge: 2, ...change })
const adjust = (drains: DrainRow[], active: RelocationRow[], service = 'shop-web-r1') =>
  adjustmentsOf({ drains, active })(service)

test('nothing avoids a machine before it is known to be paused', () => {
  assert.deepEqual(adjust([drainOf()], [aDrain({ state: 'pending' })]), { surge: 0, avoids: [] })
  assert.deepEqual(adjust([drainOf()], []), { surge: 0, avoids: [] }, 'it was asked for between two readings')
})

for (const [phase, surge, avoids] of [
  ['waiting', 0, []],
  ['surge', 2, []],
  ['move', 2, ['a']],
  ['settle', 0, ['a']],
  ['done', 0, ['a']],
] as const) {
  test(`in the phase ${phase} of a drain there are ${surge} more, and the machine is ${avoids.length ? '' : 'not '}avoided`, () => {
    assert.deepEqual(adjust([drainOf()], [aDrain({ steps: [onShop({ phase })] })]), { surge, avoids })
  })
}

test('a release that nobody knew when the drain began avoids the machine from its start', () => {
  const drain = aDrain({ steps: [onShop({ phase: 'waiting' })] })
  assert.deepEqual(adjust([drainOf()], [drain], 'shop-web-r2'), { surge: 0, avoids: ['a'] })
})

test('a drained machine is avoided until it is activated, also while it is drained once more', () => {
  const drained = drainOf({ isDrained: true, availability: 'drain' })
  assert.deepEqual(adjust([drained], []).avoids, ['a'])
  assert.deepEqual(adjust([drained], [aDrain({ state: 'pending' })]).avoids, ['a'])
  assert.deepEqual(adjust([{ ...drained, availability: 'active' }], []).avoids, [])
})

test('a rebalance that takes the only instance off a machine closes those where it was not meant to go', () => {
  const rebalance = (phase: StepRow['phase']) =>
    aDrain({ kind: 'rebalance', machineId: null, steps: [onShop({ phase, surge: 1, closed: ['c'] })] })
  assert.deepEqual(adjust([], [rebalance('surge')]), { surge: 1, avoids: ['c'] })
  assert.deepEqual(adjust([], [rebalance('move')]), { surge: 1, avoids: ['a', 'c'] })
  assert.deepEqual(adjust([], [rebalance('settle')]), { surge: 0, avoids: ['a', 'c'] })
  assert.deepEqual(adjust([], [rebalance('done')]), { surge: 0, avoids: [] })
})

test('a rebalance that only spreads avoids nothing', () => {
  const steps = [onShop({ phase: 'surge', way: 'spread', surge: 1, closed: ['c'] })]
  assert.deepEqual(adjust([], [aDrain({ kind: 'rebalance', machineId: null, steps })]), { surge: 1, avoids: [] })
})
