import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, type ClusterState, type ObservedInstance, type ObservedMachine } from '@berth/engine'
import { planRemoval } from './removal-plan.ts'

const manager = aMachine({ id: 'm1', name: 'm1' })
const worker = aMachine({ id: 'w1', name: 'w1', role: 'worker' })
const instance = (app: string, state: ObservedInstance['state'] = 'running') =>
  ({ app, machineId: 'w1', state }) as ObservedInstance

function plan(machine: ObservedMachine, instances: ObservedInstance[] = [], isForced = false, others = [manager]) {
  const state: ClusterState = { services: [], instances, machines: [machine, ...others], reserved: {} }
  return planRemoval({ machine, state, isForced })
}

test('its identity ends before it is out of the cluster, and what it knew is changed after', () => {
  assert.deepEqual(plan(worker), ['forget', 'remove', 'renewTokens'])
})

test('a manager becomes a worker first, if the quorum bears that', () => {
  const second = aMachine({ id: 'm2', name: 'm2' })
  assert.deepEqual(plan(second), ['demote', 'forget', 'remove', 'renewTokens'])
  assert.throws(() => plan(manager, [], true, [worker]), { code: 'quorum_at_risk' })
})

test('a machine with instances of apps is to be drained first', () => {
  const busy = [instance('shop'), instance('blog'), instance('shop', 'stopping'), instance('old', 'complete')]
  assert.throws(() => plan(worker, busy), {
    code: 'machine_not_empty',
    message: '3 instances run on w1: blog, shop',
    hint: /berth machines drain w1/,
  })
  assert.doesNotThrow(() => plan(worker, busy, true), 'Whoever forces it knows that they start elsewhere')
})

test('a machine that is down needs no draining', () => {
  assert.doesNotThrow(() => plan({ ...worker, isReady: false }, [instance('shop')]))
})

test('the machine that holds the server is never removed', () => {
  const holder = { ...worker, holds: ['server' as const, 'registry' as const] }
  assert.throws(() => plan(holder, [], true), { code: 'machine_holds_server', message: /the server and the registry/ })
})
