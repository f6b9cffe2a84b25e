import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '@berth/contract'
import { byName, countStates, describeRole, describeTrouble, fullnessOf, ratioOf } from './machine-words.ts'

const machine: Machine = {
  id: 'one',
  name: 'machine-1',
  role: 'manager',
  isLeader: false,
  state: 'ready',
  address: '10.0.0.1',
  engineVersion: '29.1.3',
  instances: 3,
  cpuMillis: 4000,
  availability: 'active',
  cordonReason: null,
  labels: {},
  memoryBytes: 8 * 1024 ** 3,
  reserved: { cpuMillis: 0, memoryBytes: 0 },
  holds: [],
  certificateEndsAt: null,
  addedAt: null,
  stats: null,
  lastSeenAt: null,
}
const down: Machine = { ...machine, state: 'down' }

test('a machine that is ready needs no words', () => {
  assert.equal(describeTrouble(machine, [machine]), undefined)
})

test('a machine without its agent is said to run on, with the command that looks', () => {
  const trouble = describeTrouble({ ...machine, state: 'agent_missing' }, [machine])
  assert.match(trouble?.meaning ?? '', /runs on/)
  assert.match(trouble?.advice ?? '', /docker restart berth-agent/)
})

test('a machine that is down says where to look', () => {
  assert.match(describeTrouble(down, [down])?.advice ?? '', /machine-1 .*10\.0\.0\.1/)
})

test('a manager that is down says how many more may go', () => {
  const words = (up: number, all: number) =>
    describeTrouble(down, [...Array<Machine>(up).fill(machine), ...Array<Machine>(all - up).fill(down)])?.meaning
  assert.match(words(4, 5) ?? '', /4 of 5 managers answer, and 3 are enough/)
  assert.match(words(2, 3) ?? '', /2 of 3 managers answer: if one more goes/)
  assert.match(words(1, 3) ?? '', /1 of 3 managers answer; with fewer than 2 nothing can be changed/)
})

test('a worker that is down says nothing of managers', () => {
  assert.doesNotMatch(describeTrouble({ ...down, role: 'worker' }, [machine])?.meaning ?? '', /managers/)
})

test('roles are told in words', () => {
  assert.equal(describeRole({ role: 'manager', isLeader: true }), 'Manager, leads')
  assert.equal(describeRole({ role: 'manager', isLeader: false }), 'Manager')
  assert.equal(describeRole({ role: 'worker', isLeader: false }), 'Worker')
})

test('states are counted, without those that no machine is in', () => {
  assert.equal(countStates([machine]), '1 machine: 1 ready')
  assert.equal(
    countStates([machine, down, { ...machine, state: 'agent_missing' }]),
    '3 machines: 1 ready, 1 down, 1 without its agent',
  )
})

test('machines are in the order of their numbers', () => {
  const names = ['machine-10', 'machine-2', 'edge'].map((name) => ({ name })).sort(byName)
  assert.deepEqual(
    names.map(({ name }) => name),
    ['edge', 'machine-2', 'machine-10'],
  )
})

test('a total of nothing is a ratio of nothing, and more than all is all', () => {
  assert.equal(ratioOf(1, 0), 0)
  assert.equal(ratioOf(3, 2), 1)
})

test('what fills up is told before it is full', () => {
  assert.deepEqual([0.5, 0.75, 0.9].map(fullnessOf), ['plain', 'high', 'full'])
})
