import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHasLua, parseVersion } from './edge-start.ts'

test('finds the version of HAProxy, and none in what is no version', () => {
  assert.deepEqual(parseVersion('HAProxy version 2.6.12-1+deb12u1 2023/12/16 - https://haproxy.org/'), [2, 6])
  assert.deepEqual(parseVersion('HA-Proxy version 3.10.1'), [3, 10])
  assert.equal(parseVersion('exec failed'), null)
})

test('knows whether it was built with Lua', () => {
  assert.equal(parseHasLua('Feature list : -51DEGREES +LINUX_CAP +LUA +MATH'), true)
  assert.equal(parseHasLua('Feature list : +LINUX_CAP -LUA +MATH'), false)
  assert.equal(parseHasLua('exec failed'), false)
})
