import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '@berth/contract'
import { chooseMachines, readMachineChoice } from './machine-choice.ts'

const machine = (name: string, changes: Partial<Machine> = {}) =>
  ({
    name,
    role: 'worker',
    state: 'ready',
    availability: 'active',
    cordonReason: null,
    labels: {},
    address: '10.0.0.1',
    engineVersion: '29.1.3',
    ...changes,
  }) as Machine
const machines = [
  machine('worker10', { labels: { disk: 'ssd', zone: 'a' } }),
  machine('worker2', { availability: 'cordoned', cordonReason: 'pressure', address: '10.0.7.1' }),
  machine('worker1', { state: 'down', role: 'manager' }),
]
const chosen = (search: Record<string, string>) =>
  chooseMachines(machines, readMachineChoice(search)).map(({ name }) => name)

test('all machines are in the order of their numbers', () => {
  assert.deepEqual(chosen({}), ['worker1', 'worker2', 'worker10'])
})

test('words are looked for in names, addresses and labels', () => {
  assert.deepEqual(chosen({ q: 'disk=ssd zone' }), ['worker10'])
  assert.deepEqual(chosen({ q: '10.0.7' }), ['worker2'])
})

test('what needs attention is down, or short of something', () => {
  assert.deepEqual(chosen({ state: 'attention' }), ['worker1', 'worker2'])
  assert.deepEqual(chosen({ state: 'cordoned' }), ['worker2'])
  assert.deepEqual(chosen({ role: 'manager', state: 'down' }), ['worker1'])
})

test('a choice that nobody knows is none', () => {
  assert.deepEqual(chosen({ state: 'asleep', role: 'king' }).length, 3)
})
