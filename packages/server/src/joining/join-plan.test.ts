import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine } from '@berth/engine'
import type { IdentityRow } from '../machines/identity-plan.ts'
import { refuseTakenName, serverAddressesOf } from './join-plan.ts'

const record: IdentityRow = {
  ...{ identityId: 'i1', name: 'w1', machineId: 'id-w1', role: 'worker', roleAtMs: 0 },
  ...{ certificateEndsAtMs: 1_000, addedAtMs: 0, removedAtMs: null },
}
const down = aMachine({ id: 'id-w1', name: 'w1', role: 'worker', isReady: false })
const isTaken = (change: Partial<Parameters<typeof refuseTakenName>[0]>) => {
  try {
    refuseTakenName({ name: 'w1', record: undefined, machines: [], nowMs: 500, ...change })
    return false
  } catch (error) {
    assert.equal((error as { code: string }).code, 'machine_exists')
    return true
  }
}

test('a name is taken while its machine is in the cluster, down or not', () => {
  assert.equal(isTaken({ record, machines: [down] }), true)
  assert.equal(isTaken({ machines: [{ ...down, isReady: true }] }), true, 'Also one that Berth has not met')
})

test('a name is free that nobody has, whose joining never came about, or whose machine cannot come back', () => {
  assert.equal(isTaken({}), false)
  assert.equal(isTaken({ record: { ...record, machineId: null } }), false)
  assert.equal(isTaken({ record, machines: [] }), false, 'It was taken out of the cluster past Berth')
  const ended = { record, nowMs: 1_001 }
  assert.equal(isTaken({ ...ended, machines: [down] }), false, 'Its certificate ended while it was away')
  assert.equal(
    isTaken({ ...ended, machines: [{ ...down, isReady: true }] }),
    false,
    'The engine is back, the agent cannot',
  )
  assert.equal(isTaken({ ...ended, machines: [{ ...down, id: 'other', isReady: true }] }), true)
})

test('a server is looked for where one is held, and else on every manager that answers', () => {
  const machines = [
    aMachine({ address: '10.0.0.1' }),
    aMachine({ id: 'm2', address: 'fd00::2' }),
    aMachine({ id: 'm3', address: '10.0.0.3', isReady: false }),
    aMachine({ id: 'w1', address: '10.0.0.4', role: 'worker' }),
  ]
  assert.deepEqual(serverAddressesOf({ machines }), ['10.0.0.1:7443', '[fd00::2]:7443'])
  const held = machines.map((machine) => (machine.id === 'm2' ? { ...machine, holds: ['server' as const] } : machine))
  assert.deepEqual(serverAddressesOf({ machines: held }), ['[fd00::2]:7443'])
})
