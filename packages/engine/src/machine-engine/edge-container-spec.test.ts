import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOptionsOf, edgeSpecHash } from './edge-container-spec.ts'
import type { EdgeContainerSpec } from './machine-engine.ts'

const spec: EdgeContainerSpec = {
  name: 'berth-edge',
  image: 'haproxy:3.2',
  command: ['haproxy', '-f', '/edge/haproxy.cfg'],
  network: 'berth-edge',
  ports: [
    { containerPort: 80, hostPort: 80 },
    { containerPort: 80, hostPort: 8080, hostAddress: '127.0.0.1' },
    { containerPort: 5000, hostPort: 5000, hostAddress: '127.0.0.1' },
  ],
  volumes: [{ name: 'berth-edge', path: '/edge' }],
}

test('two ports of the machine may lead to one of the edge', () => {
  assert.deepEqual(createOptionsOf(spec).HostConfig?.PortBindings, {
    '80/tcp': [
      { HostIp: '', HostPort: '80' },
      { HostIp: '127.0.0.1', HostPort: '8080' },
    ],
    '5000/tcp': [{ HostIp: '127.0.0.1', HostPort: '5000' }],
  })
})

test('the edge always carries its role, and comes back with its machine', () => {
  const { Labels, HostConfig } = createOptionsOf({ ...spec, labels: { 'berth.role': 'app', extra: '1' } })
  assert.equal(Labels?.['berth.role'], 'edge')
  assert.equal(Labels?.extra, '1')
  assert.deepEqual(HostConfig?.RestartPolicy, { Name: 'always' })
})

test('any change of the spec is seen', () => {
  assert.notEqual(edgeSpecHash(spec), edgeSpecHash({ ...spec, command: ['haproxy'] }))
})
