import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultInWords } from './fault-words.ts'
import { lastingFaults } from './lasting-faults.ts'

const fault = { machineId: 'a', peerIds: ['b', 'c'] }
const kinds = (changes: { kind: string }[]) => changes.map(({ kind }) => kind)

test('a fault is told once it has lasted, once, and its end once that has lasted', () => {
  const faults = lastingFaults()
  assert.deepEqual(faults.see([fault], 0), [])
  assert.deepEqual(faults.current(), [])
  assert.deepEqual(kinds(faults.see([fault], 40_000)), ['network_fault'])
  assert.deepEqual(faults.see([fault], 50_000), [])
  assert.deepEqual(faults.current(), [fault])
  assert.deepEqual(faults.see([], 59_000), [])
  assert.deepEqual(kinds(faults.see([], 60_000)), ['network_fault_ended'])
  assert.deepEqual(faults.current(), [])
})

test('one that comes and goes within seconds is not told', () => {
  const faults = lastingFaults()
  const changes = [0, 20_000, 40_000, 60_000].flatMap((nowMs, index) =>
    faults.see(index % 2 === 0 ? [fault] : [], nowMs),
  )
  assert.deepEqual(changes, [])
})

test('it is said by the names of the machines, with what must pass', () => {
  const machines = ['a', 'b', 'c'].map((id) => ({ id, name: `machine-${id}` }))
  assert.match(faultInWords(fault, machines), /^Between machine-a and machine-b, machine-c .*UDP 4789/)
})
