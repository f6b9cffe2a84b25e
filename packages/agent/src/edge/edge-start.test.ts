import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseVersion } from './edge-start.ts'

test('finds the version of HAProxy, and none in what is no version', () => {
  assert.deepEqual(parseVersion('HAProxy version 2.6.12-1+deb12u1 2023/12/16 - https://haproxy.org/'), [2, 6])
  assert.deepEqual(parseVersion('HA-Proxy version 3.10.1'), [3, 10])
  assert.equal(parseVersion('exec failed'), null)
})
