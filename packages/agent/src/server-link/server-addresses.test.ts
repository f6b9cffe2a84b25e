import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverAddressesOf } from './server-addresses.ts'

test('a manager tries itself first, and nobody twice', () => {
  const machine = { isManager: true, address: '10.0.0.2', managerAddresses: ['10.0.0.1', '10.0.0.2', 'fd00::3'] }
  assert.deepEqual(serverAddressesOf(machine), ['10.0.0.2:7443', '10.0.0.1:7443', '[fd00::3]:7443'])
})

test('a worker tries the managers only', () => {
  const machine = { isManager: false, address: '10.0.0.9', managerAddresses: ['10.0.0.1'] }
  assert.deepEqual(serverAddressesOf(machine), ['10.0.0.1:7443'])
})

test('a machine in no cluster has nobody to dial', () => {
  assert.deepEqual(serverAddressesOf({ isManager: false, address: '', managerAddresses: [] }), [])
})
