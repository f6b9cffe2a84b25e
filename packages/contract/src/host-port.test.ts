import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatHostPort, parseHostPort } from './host-port.ts'

test('a host and its port are written so that they can be read again, also an IPv6 address', () => {
  for (const host of ['10.0.0.1', 'db1.example.org', '::1', 'fe80::1%eth0']) {
    assert.deepEqual(parseHostPort(formatHostPort(host, 7443)), { host, port: 7443 })
  }
  assert.equal(formatHostPort('fe80::1', 22), '[fe80::1]:22')
})

test('what does not say where the host ends is not guessed at', () => {
  for (const text of ['fe80::1:22', 'db1', 'db1:', ':22', 'db1:0', 'db1:65536', '[::1]', '[]:22', 'a b:22']) {
    assert.equal(parseHostPort(text), undefined, text)
  }
})
