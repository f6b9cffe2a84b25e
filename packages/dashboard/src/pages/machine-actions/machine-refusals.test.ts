import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '@berth/contract'
import { machineRefusals, offeredActions } from './machine-refusals.ts'

const machine = (name: string, changes: Partial<Machine> = {}) =>
  ({ name, role: 'worker', state: 'ready', availability: 'active', ...changes }) as Machine
const manager = machine('one', { role: 'manager' })

test('who is no admin learns why nothing can be changed', () => {
  const refusals = Object.values(machineRefusals(manager, [manager, machine('two')], false))
  assert.ok(refusals.every((words) => words?.includes('admin')))
})

test('the only machine can neither be drained nor removed nor demoted', () => {
  const { drain, remove, demote, label } = machineRefusals(manager, [manager], true)
  assert.match(drain ?? '', /No other machine/)
  assert.match(remove ?? '', /only machine/)
  assert.match(demote ?? '', /only manager/)
  assert.equal(label, undefined)
})

test('a machine is not drained to others that take nothing', () => {
  const others = [machine('two', { availability: 'cordoned' }), machine('three', { availability: 'drained' })]
  assert.match(machineRefusals(manager, [manager, ...others], true).drain ?? '', /No other machine/)
})

test('what is offered fits the state', () => {
  assert.deepEqual(offeredActions(manager), ['drain', 'cordon', 'demote', 'label', 'remove'])
  assert.deepEqual(offeredActions(machine('two', { availability: 'cordoned' })).slice(0, 2), ['drain', 'uncordon'])
  assert.deepEqual(offeredActions(machine('two', { availability: 'draining' })).slice(0, 2), ['activate', 'promote'])
})
