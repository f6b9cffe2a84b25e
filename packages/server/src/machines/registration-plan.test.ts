import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planRegistrations, type RegistrationMemory } from './registration-plan.ts'

/** Whose engines are asked at each moment. */
function registeredAt(moments: [nowMs: number, ...estranged: string[]][]): [number, string][] {
  let memory: RegistrationMemory = new Map()
  return moments.flatMap(([nowMs, ...estranged]) => {
    const plan = planRegistrations(memory, { estranged, nowMs })
    memory = plan.memory
    return plan.due.map((id): [number, string] => [nowMs, id])
  })
}

test('a machine that stays lost to the cluster although its agent is here introduces itself anew', () => {
  assert.deepEqual(
    registeredAt([
      [0, 'a'],
      [11_000, 'a'],
      [12_000, 'a', 'b'],
      [14_000, 'a', 'b'],
    ]),
    [[12_000, 'a']],
  )
})

test('one that was ready in between is given its time again', () => {
  assert.deepEqual(registeredAt([[0, 'a'], [10_000], [11_000, 'a'], [22_000, 'a'], [23_000, 'a']]), [[23_000, 'a']])
})

test('what did not help is tried again after a while', () => {
  const asked = registeredAt([
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
