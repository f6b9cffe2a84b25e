import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTarget, parseTarget } from './ssh-target.ts'

test('reads who signs in where', () => {
  assert.deepEqual(parseTarget('root@192.0.2.7'), { user: 'root', host: '192.0.2.7', port: 22 })
  assert.deepEqual(parseTarget('ann@Box.example.org', 2222), { user: 'ann', host: 'box.example.org', port: 2222 })
  assert.deepEqual(parseTarget('root@[2001:db8::1]').host, '2001:db8::1')
  assert.deepEqual(parseTarget('ann@[::1]:2222'), { user: 'ann', host: '::1', port: 2222 })
  assert.deepEqual(parseTarget('ann@fe80::1'), { user: 'ann', host: 'fe80::1', port: 22 })
  assert.deepEqual(parseTarget('ann@box:2222', 2222), { user: 'ann', host: 'box', port: 2222 })
  assert.throws(() => parseTarget('ann@box:2222', 22), /says port 2222, and --port says 22/)
  assert.deepEqual(parseTarget('ann@corp.example@box'), { user: 'ann@corp.example', host: 'box', port: 22 })
})

test('refuses what is no user or no host', () => {
  for (const text of [
    '',
    'box',
    '@box',
    'root@',
    'root@-oProxyCommand=id',
    '-l@box',
    'root@a b',
    'root@box;id',
    'root@[box',
    'root@fe80::1::22',
    'a\n@b',
  ])
    assert.throws(() => parseTarget(text), /who signs in where/, text)
})

test('is said as a person would, the usual port left out', () => {
  assert.equal(describeTarget({ user: 'root', host: 'box', port: 22 }), 'root@box')
  assert.equal(describeTarget({ user: 'root', host: '2001:db8::1', port: 2222 }), 'root@[2001:db8::1] (port 2222)')
})
