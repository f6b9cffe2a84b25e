import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aService } from './fake/a-service.ts'
import { specHashOf } from './spec-hash.ts'

test('the hash stays when only the replicas change', () => {
  assert.equal(specHashOf(aService({ replicas: 1 })), specHashOf(aService({ replicas: 9 })))
})

test('the hash stays when variables are written in another order', () => {
  assert.equal(specHashOf(aService({ env: { A: '1', B: '2' } })), specHashOf(aService({ env: { B: '2', A: '1' } })))
})

test('the hash changes with everything that an instance is made from', () => {
  const hash = specHashOf(aService())
  assert.notEqual(hash, specHashOf(aService({ env: { A: '2' } })))
  assert.notEqual(hash, specHashOf(aService({ command: ['b', 'a'] })))
  assert.notEqual(specHashOf(aService({ command: ['a', 'b'] })), specHashOf(aService({ command: ['b', 'a'] })))
  assert.notEqual(hash, specHashOf(aService({ resources: { memoryBytes: 7 * 1024 ** 2 } })))
  assert.notEqual(hash, specHashOf(aService({ deploymentId: 'another' })))
})
