import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeAddress } from './machine-network.ts'
import { machineOptions } from './machine-options.ts'
import { missingCapabilities } from './missing-capabilities.ts'
import { resolversIn } from './resolvers.ts'

test('gives a machine every capability but those that the host itself lacks', () => {
  assert.deepEqual(missingCapabilities('Name: x\nCapBnd:\t000001fffeffffff\n'), ['SYS_RESOURCE'])
  assert.deepEqual(missingCapabilities('CapBnd:\t000001ffffffffff\n'), [])
})

test('passes on only resolvers that can be reached from elsewhere', () => {
  assert.deepEqual(resolversIn('nameserver 127.0.0.53\nsearch x\nnameserver 10.0.0.2\n'), ['10.0.0.2'])
})

test('takes the first address that no other machine has', () => {
  assert.equal(freeAddress(['172.30.213.10', '172.30.213.12']), '172.30.213.11')
  const all = Array.from({ length: 256 }, (_, host) => `172.30.213.${host}`)
  assert.throws(() => freeAddress(all), /remove old test machines/)
})

test('a machine is labelled with its run and carries no role of Berth', () => {
  const options = machineOptions({
    name: 'm1',
    runId: 'r1',
    address: '172.30.213.10',
    socketFolder: '/run/berth-test/r1/m1',
    missingCapabilities: ['SYS_RESOURCE'],
    resolvers: ['10.0.0.2'],
    session: 's1',
  })
  assert.deepEqual(options.Labels, { 'berth.test': 'r1', 'berth.test-session': 's1', 'berth.role': '' })
  assert.deepEqual(options.HostConfig?.CapDrop, ['SYS_RESOURCE'])
  assert.deepEqual(options.Cmd?.slice(-2), ['--dns', '10.0.0.2'])
})
