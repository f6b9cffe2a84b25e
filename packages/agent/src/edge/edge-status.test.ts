import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EdgeStatus } from '@berth/contract'
import { backendStatuses, isVisibleChange } from './edge-status.ts'
import { parseStat } from './haproxy-answers.ts'

const shop = {
  name: 'shop-web-r1',
  network: 'n',
  port: 80,
  healthPath: '/',
  replayUnsafeRequests: false,
  slots: 4,
}
const header = '# pxname,svname,qcur,scur,status,check_status,check_code,last_chk,addr,'
const rows = (...lines: string[]) => parseStat([header, ...lines, ''].join('\n'))
const statusOf = (...lines: string[]) =>
  backendStatuses([shop], rows(...lines), new Map([['shop-web-r1', { requests: 7, errors: 1 }]]))[0]

test('an instance is up once a check passed, not because it was found', () => {
  const status = statusOf(
    'shop-web-r1,i1,0,0,UP,L7OK,200,,10.0.0.2:80,',
    'shop-web-r1,i2,0,0,UP,INI,,,10.0.0.3:80,',
    'shop-web-r1,i3,0,0,MAINT (resolution),,,,,',
    'shop-web-r1,BACKEND,2,3,UP,,,,,',
  )
  assert.deepEqual(status, {
    name: 'shop-web-r1',
    up: 1,
    known: 2,
    inFlight: 3,
    requests: 7,
    errors: 1,
    lastCheck: null,
  })
})

test('an instance that DNS gives and that was entered as well is one', () => {
  const twice = statusOf(
    'shop-web-r1,i1,0,0,UP,L7OK,200,,10.0.0.2:80,',
    'shop-web-r1,ip-10-0-0-2,0,0,DRAIN,L7OK,200,,10.0.0.2:80,',
  )
  assert.deepEqual([twice?.known, twice?.up], [1, 1])
})

test('one that is going up by a check under way still counts by its last one', () => {
  assert.equal(statusOf('shop-web-r1,i1,0,0,UP,* L4OK,,,10.0.0.2:80,')?.up, 1)
})

for (const [fields, words] of [
  ['L4CON,,Connection refused', 'connection refused'],
  ['L4CON,,"Connection refused, at initial connection step"', 'connection refused'],
  ['L4CON,,No route to host', 'no route to it'],
  ['L4TOUT,,', 'connect timed out'],
  ['L7TOUT,,', 'timed out'],
  ['L7STS,500,Internal Server Error', 'HTTP 500'],
  ['L7RSP,,', 'invalid answer'],
] as const) {
  test(`says in words: ${words} (${fields})`, () => {
    assert.equal(statusOf(`shop-web-r1,i1,0,0,DOWN,${fields},10.0.0.2:80,`)?.lastCheck, words)
  })
}

test('a backend that the edge does not have yet has nothing', () => {
  const [status] = backendStatuses([shop], rows(), new Map())
  const nothing = { up: 0, known: 0, inFlight: 0, requests: 0, errors: 0 }
  assert.deepEqual(status, { name: 'shop-web-r1', ...nothing, lastCheck: null })
})

test('requests in flight are worth telling only when they begin or end', () => {
  const status = (inFlight: number): EdgeStatus => ({
    fingerprint: 'f',
    error: null,
    countedAtMs: inFlight,
    backends: [{ name: 'a', up: 1, known: 1, inFlight, requests: inFlight, errors: 0, lastCheck: null }],
  })
  assert.equal(isVisibleChange(status(3), status(4)), false)
  assert.equal(isVisibleChange(status(3), status(0)), true)
  assert.equal(isVisibleChange(status(0), status(1)), true)
})
