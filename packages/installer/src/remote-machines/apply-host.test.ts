import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSimulation } from './apply-host.ts'

test('reads what an installation would bring, with its versions', () => {
  const output = `NOTE: This is only a simulation!
Reading package lists...
Inst runc (1.1.5+ds1-1+deb12u1 Debian:12.12/oldstable [amd64])
Inst iptables [1.8.9-1] (1.8.9-2 Debian:12.12/oldstable [amd64]) []
Inst docker.io (28.2.2-0ubuntu1~24.04.1 Ubuntu:24.04/noble-updates [amd64])
Conf runc (1.1.5+ds1-1+deb12u1 Debian:12.12/oldstable [amd64])
`
  assert.deepEqual(parseSimulation(output), [
    { name: 'runc', version: '1.1.5+ds1-1+deb12u1' },
    { name: 'iptables', version: '1.8.9-2' },
    { name: 'docker.io', version: '28.2.2-0ubuntu1~24.04.1' },
  ])
  assert.deepEqual(parseSimulation('docker.io is already the newest version'), [])
})
