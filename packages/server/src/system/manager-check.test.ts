import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '@berth/contract'
import { managerCheck } from './manager-check.ts'

const machine = (name: string, role: Machine['role'], state: Machine['state'] = 'ready') =>
  ({ name, role, state }) as Machine
const wordsFor = (...machines: Machine[]) => managerCheck(machines).map(({ message }) => message)

test('an odd number of managers that answer is no matter', () => {
  assert.deepEqual(wordsFor(machine('a', 'manager'), machine('b', 'worker'), machine('c', 'worker', 'down')), [])
  assert.deepEqual(wordsFor(...['a', 'b', 'c'].map((name) => machine(name, 'manager'))), [])
})

test('an even number is one too many, however it came about', () => {
  assert.deepEqual(wordsFor(machine('a', 'manager'), machine('b', 'manager')), [
    '2 managers bear the loss of no more than 1: promote another machine, or demote one',
  ])
})

test('a manager that is down is told, with how many more may fail', () => {
  const managers = (count: number) => Array.from({ length: count }, (_, i) => machine(`m${i}`, 'manager'))
  assert.deepEqual(wordsFor(machine('lost', 'manager', 'down'), ...managers(2)), [
    'lost of 3 managers is down: if one more fails, nothing in the cluster can be changed',
  ])
  assert.deepEqual(wordsFor(machine('lost', 'manager', 'down'), ...managers(4)), [
    'lost of 5 managers is down: 1 more may fail',
  ])
})
