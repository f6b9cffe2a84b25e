import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '@berth/contract'
import { placementChecks } from './placement-checks.ts'

const hourMs = 3_600_000
const machine = (cordonReason: Machine['cordonReason'], availability: Machine['availability'] = 'cordoned') =>
  ({ id: 'id-1', name: 'worker1', availability, cordonReason }) as Machine
const cordon = (cause: 'person' | 'pressure') => ({
  machineId: 'id-1',
  cause,
  actor: cause === 'person' ? 'ada@example.org' : 'berth',
  reason: cause === 'person' ? null : 'its CPU is 98 % busy',
  sinceMs: 0,
})
const look = (shown: Machine, change: Partial<Parameters<typeof placementChecks>[1]> = {}) =>
  placementChecks(shown, { cordons: [], heldBack: [], nowMs: hourMs / 2, ...change }).map(
    ({ name, state, message }) => `${name} ${state}: ${message}`,
  )

test('a machine that takes instances needs no word', () => {
  assert.deepEqual(look(machine(null, 'active')), [])
  assert.deepEqual(look(machine(null, 'draining')), [])
})

test('a machine under pressure is a warning, with what it is short of, and after an hour with what to do', () => {
  const cordons = [cordon('pressure')]
  const short = 'placement on worker1 warning: It is under pressure and has taken no new instances for'
  assert.deepEqual(look(machine('pressure'), { cordons }), [`${short} 30 min 0 s, because its CPU is 98 % busy`])
  assert.match(look(machine('pressure'), { cordons, nowMs: 2 * hourMs }).join(), /rebalance, or add a machine/)
  assert.match(look(machine('pressure')).join(), /taken no new instances$/)
})

test('who cordoned a machine is reminded of it after a day', () => {
  const cordons = [cordon('person')]
  assert.match(look(machine('person'), { cordons }).join(), / ok: A person \(ada@example.org\) cordoned it for 30 min/)
  assert.match(look(machine('person'), { cordons, nowMs: 25 * hourMs }).join(), / warning: .*machines uncordon worker1/)
})

test('what could not be cordoned, and what was paused past Berth, is told', () => {
  const heldBack = [{ machine: 'worker1', words: 'its CPU is 98 % busy', because: 'enough' as const }]
  assert.match(look(machine(null, 'active'), { heldBack }).join(), /although its CPU is 98 % busy: no more machines/)
  assert.match(look(machine(null)).join(), / warning: It was paused past Berth/)
})
