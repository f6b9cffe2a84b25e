import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choosePrefix, freeAddress } from './machine-network.ts'
import { machineOptions } from './machine-options.ts'
import { ownSite } from './machine-site.ts'
import { missingCapabilities } from './missing-capabilities.ts'
import { resolversIn } from './resolvers.ts'

const spec = {
  name: 'worker1',
  address: '172.30.214.10',
  missingCapabilities: ['SYS_RESOURCE'],
  resolvers: ['10.0.0.2'],
}

test('gives a machine every capability but those that the host itself lacks', () => {
  assert.deepEqual(missingCapabilities('Name: x\nCapBnd:\t000001fffeffffff\n'), ['SYS_RESOURCE'])
  assert.deepEqual(missingCapabilities('CapBnd:\t000001ffffffffff\n'), [])
})

test('passes on only resolvers that can be reached from elsewhere', () => {
  assert.deepEqual(resolversIn('nameserver 127.0.0.53\nsearch x\nnameserver 10.0.0.2\n'), ['10.0.0.2'])
})

test('takes the first address that no other machine has', () => {
  assert.equal(freeAddress('172.30.214', ['172.30.214.10', '172.30.214.12']), '172.30.214.11')
  const all = Array.from({ length: 256 }, (_, host) => `172.30.214.${host}`)
  assert.throws(() => freeAddress('172.30.214', all), /No address of 172\.30\.214\.0\/24 is free/)
})

test('takes the first range that neither this host nor another network uses', () => {
  assert.equal(choosePrefix(ownSite, ['10.0.0.0/24']), '172.30.214')
  assert.equal(choosePrefix(ownSite, ['172.16.0.0/12']), '10.30.214')
  assert.throws(() => choosePrefix(ownSite, ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16']), /No address range/)
})

test('a machine is Berth’s, keeps its address, and comes back when the engine of its host does', () => {
  const { Labels, HostConfig, NetworkingConfig, Cmd, name } = machineOptions(ownSite, spec)
  assert.equal(name, 'berth-machine-worker1')
  assert.deepEqual(Labels, {
    ...{ 'berth.role': 'machine', 'berth.machine': 'worker1' },
    'berth.machine-address': spec.address,
  })
  assert.deepEqual(HostConfig?.RestartPolicy, { Name: 'unless-stopped' })
  assert.deepEqual(HostConfig?.CapDrop, ['SYS_RESOURCE'])
  assert.deepEqual(NetworkingConfig?.EndpointsConfig, {
    'berth-machines': { IPAMConfig: { IPv4Address: '172.30.214.10' } },
  })
  assert.deepEqual(Cmd?.slice(-2), ['--dns', '10.0.0.2'])
})

test('its engine listens on sockets only', () => {
  const hosts = (machineOptions(ownSite, spec).Cmd ?? []).filter((word) => word.includes('://'))
  assert.deepEqual(hosts, ['unix:///run/docker-host/docker.sock'])
})

test('a limit of memory holds for the container and for what its engine says it has', () => {
  const { Env, HostConfig } = machineOptions(ownSite, { ...spec, cpuMillis: 1500, memoryBytes: 2 * 1024 ** 3 })
  assert.deepEqual(Env, ['BERTH_MACHINE_MEMORY=2147483648'])
  assert.deepEqual([HostConfig?.Memory, HostConfig?.MemorySwap], [2 * 1024 ** 3, 2 * 1024 ** 3])
  assert.equal(HostConfig?.NanoCpus, 1_500_000_000)
})

test('a label that only takes away an inherited one is not on the volume, which would look like Berth’s', () => {
  const site = { ...ownSite, labels: { 'berth.test': 'r1', 'berth.role': '' } }
  const [volume] = machineOptions(site, spec).HostConfig?.Mounts ?? []
  assert.deepEqual(volume?.VolumeOptions?.Labels, { 'berth.test': 'r1', 'berth.machine': 'worker1' })
})
