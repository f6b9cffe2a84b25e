import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CreationFacts, type CreationWish, planCreation, requireServerHere } from './creation-plan.ts'

const GiB = 1024 ** 3
const facts: CreationFacts = {
  takenNames: ['vm'],
  avoidedNames: [],
  availableMemoryBytes: 8 * GiB,
  freeDiskBytes: 40 * GiB,
}
const plan = (wish: Partial<CreationWish>, more: Partial<CreationFacts> = {}) =>
  planCreation({ names: [], count: undefined, memoryBytes: undefined, ...wish }, { ...facts, ...more })

test('machines without a name get the next free ones', () => {
  assert.deepEqual(plan({}), ['worker1'])
  assert.deepEqual(plan({ count: 2 }, { takenNames: ['worker1'], avoidedNames: ['worker3'] }), ['worker2', 'worker4'])
  assert.deepEqual(plan({ names: ['db'], count: 2 }), ['db', 'worker1'])
  assert.deepEqual(plan({ names: ['db', 'web'] }), ['db', 'web'])
})

test('one that was begun can be named, to complete it', () => {
  assert.deepEqual(plan({ names: ['worker1'] }, { avoidedNames: ['worker1'] }), ['worker1'])
})

test('a name that is taken, there twice or none at all is refused', () => {
  assert.throws(() => plan({ names: ['vm'] }), { code: 'machine_exists' })
  assert.throws(() => plan({ names: ['a', 'a'] }), /twice/)
  assert.throws(() => plan({ names: ['-a'] }), /use the host name/)
  assert.throws(() => plan({ names: ['a', 'b'], count: 1 }), /2 names for 1 machines/)
})

test('what this computer has no room for is refused before the first is made', () => {
  assert.throws(() => plan({ count: 5, memoryBytes: 2 * GiB }), /5 machines need 10 GiB of memory, and 8 GiB are/)
  assert.throws(() => plan({}, { availableMemoryBytes: GiB / 8 }), /One machine needs 256 MiB/)
  assert.throws(() => plan({ count: 2 }, { freeDiskBytes: GiB }), /2 machines need 2 GiB of disk/)
  assert.throws(() => plan({ memoryBytes: GiB / 8 }), /at least/)
})

test('they are made only where the server is, because from elsewhere they cannot be reached', () => {
  const machines = (address: string) => [{ address, holds: ['server' as const] }]
  const here = { prefixes: ['172.30.214'], ownAddresses: ['192.168.1.5'] }
  requireServerHere(machines('192.168.1.5'), here)
  requireServerHere(machines('172.30.214.10'), here)
  requireServerHere([{ address: '192.168.1.9', holds: [] }], here)
  assert.throws(() => requireServerHere(machines('192.168.1.9'), here), /on another computer \(192\.168\.1\.9\)/)
})
