import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planSessions, type SessionMemory } from './session-plan.ts'

/** Whose engines are asked at each moment. */
function reopenedAt(moments: [nowMs: number, ...estranged: string[]][]): [number, string][] {
  let memory: SessionMemory = new Map()
  return moments.flatMap(([nowMs, ...estranged]) => {
    const plan = planSessions(memory, { estranged, nowMs })
    memory = plan.memory
    return plan.reopen.map((id): [number, string] => [nowMs, id])
  })
}

test('a machine that stays lost to the cluster although its agent is here introduces itself anew', () => {
  assert.deepEqual(
    reopenedAt([
      [0, 'a'],
      [11_000, 'a'],
      [12_000, 'a', 'b'],
      [14_000, 'a', 'b'],
    ]),
    [[12_000, 'a']],
  )
})

test('one that was ready in between is given its time again', () => {
  assert.deepEqual(reopenedAt([[0, 'a'], [10_000], [11_000, 'a'], [22_000, 'a'], [23_000, 'a']]), [[23_000, 'a']])
})

test('what did not help is tried again after a while', () => {
  const asked = reopenedAt([
    [0, 'a'],
    [12_000, 'a'],
    [41_000, 'a'],
    [42_000, 'a'],
    [71_000, 'a'],
    [72_000, 'a'],
  ])
  assert.deepEqual(
    asked.map(([atMs]) => atMs),
    [12_000, 42_000, 72_000],
  )
})
