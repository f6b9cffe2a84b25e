import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LostInstance } from './reach-plan.ts'
import { nothingReplaced, planReplacements } from './replacement-plan.ts'

const lost = (instanceId: string, isSeenByOthers = true): LostInstance => ({
  instance: { instanceId, app: 'shop', serviceName: 'shop-web-r1', address: '10.0.0.1', machineId: 'm1' },
  isSeenByOthers,
})

/** What is replaced at each moment. */
function replacedAt(moments: [nowMs: number, ...lost: LostInstance[]][], count = 2): [number, string][] {
  let memory = nothingReplaced
  return moments.flatMap(([nowMs, ...seen]) => {
    const plan = planReplacements(memory, { lost: seen, countOf: () => count, nowMs })
    memory = plan.memory
    return plan.replace.map(({ instanceId }): [number, string] => [nowMs, instanceId])
  })
}

test('an instance is replaced once it has been lost for a while', () => {
  assert.deepEqual(
    replacedAt([
      [0, lost('a')],
      [59_000, lost('a')],
      [60_000, lost('a')],
    ]),
    [[60_000, 'a']],
  )
})

test('one that came back in between is not', () => {
  assert.deepEqual(replacedAt([[0, lost('a')], [50_000], [51_000, lost('a')], [70_000, lost('a')]]), [])
})

test('the only instance is given longer, for those who reach it', () => {
  assert.deepEqual(
    replacedAt(
      [
        [0, lost('a')],
        [119_000, lost('a')],
        [120_000, lost('a')],
      ],
      1,
    ),
    [[120_000, 'a']],
  )
})

test('one that nobody reaches may be on a machine that died, which the cluster will see by itself', () => {
  assert.deepEqual(
    replacedAt([
      [0, lost('a', false)],
      [29_000, lost('a', false)],
      [30_000, lost('a', false)],
    ]),
    [[30_000, 'a']],
  )
})

test('at most one of a service in a minute', () => {
  const both = [lost('a'), lost('b')]
  assert.deepEqual(
    replacedAt([
      [0, ...both],
      [60_000, ...both],
      [119_000, lost('b')],
      [120_000, lost('b')],
    ]),
    [
      [60_000, 'a'],
      [120_000, 'b'],
    ],
  )
})

test('after three that did not help, no fourth', () => {
  const moments = [0, 100, 200, 300, 400, 500].map((s): [number, LostInstance] => [s * 1_000, lost('a')])
  assert.equal(replacedAt(moments).length, 3)
  assert.equal(
    replacedAt([...moments, [1_200_000, lost('a')]]).length,
    4,
    'a quarter of an hour later it may be tried again',
  )
})
