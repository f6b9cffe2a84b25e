import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planRepairs, type Suspect } from './repair-plan.ts'
import type { ServerState } from './server-states.ts'

const place = (server: string, address: string, change: Partial<ServerState> = {}): ServerState => ({
  backend: 'shop',
  server,
  address,
  isClosed: false,
  isDraining: false,
  isUnresolved: address === '',
  hasPassedCheck: true,
  ...change,
})
const plan = (change: Partial<Suspect>) =>
  planRepairs({
    backend: 'shop',
    port: 3000,
    told: { running: ['10.0.1.5'], passing: [] },
    servers: [place('i1', '10.0.1.5')],
    missingForMs: new Map(),
    ghosts: new Set(),
    resolved: undefined,
    isForeign: () => false,
    ...change,
  })
const missing = (address: string, forMs = 6_000) => new Map([[address, forMs]])
const two = { running: ['10.0.1.5', '10.0.1.6'], passing: [] }
const on = (server: string) => ({ backend: 'shop', server })

test('where nothing is wrong, nothing is done', () => {
  assert.deepEqual(plan({}), [])
})

test('an instance that DNS does not give is entered by its address', () => {
  const repairs = plan({ told: two, missingForMs: missing('10.0.1.6'), resolved: new Set(['10.0.1.5']) })
  assert.deepEqual(repairs, [{ kind: 'enter', ...on('ip-10-0-1-6'), address: '10.0.1.6', port: 3000 }])
})

test('one that DNS gives is left to HAProxy, which takes a while for many, but not for ever', () => {
  const given = { told: two, resolved: new Set(['10.0.1.5', '10.0.1.6']) }
  assert.deepEqual(plan({ ...given, missingForMs: missing('10.0.1.6', 29_000) }), [])
  assert.equal(plan({ ...given, missingForMs: missing('10.0.1.6', 31_000) })[0]?.kind, 'enter')
})

test('an entered instance gets requests once its check passed, and is entered once', () => {
  const entered = (hasPassedCheck: boolean) => ({
    told: two,
    servers: [place('i1', '10.0.1.5'), place('ip-10-0-1-6', '10.0.1.6', { isDraining: true, hasPassedCheck })],
    missingForMs: missing('10.0.1.6'),
  })
  assert.deepEqual(plan(entered(false)), [])
  assert.deepEqual(plan(entered(true)), [{ kind: 'admit', ...on('ip-10-0-1-6') }])
})

test('an entered instance is withdrawn when DNS gives it, and when it is an instance no more', () => {
  const withdrawn = [{ kind: 'withdraw', ...on('ip-10-0-1-6'), address: '10.0.1.6' }]
  const entered = place('ip-10-0-1-6', '10.0.1.6')
  const found = [place('i1', '10.0.1.5'), place('i2', '10.0.1.6'), entered]
  assert.deepEqual(plan({ told: two, servers: found }), withdrawn)
  assert.deepEqual(plan({ servers: [place('i1', '10.0.1.5'), entered] }), withdrawn)
})

test('an address that is nobody’s gets no more requests', () => {
  const servers = [place('i1', '10.0.1.5'), place('i2', '10.0.1.9')]
  const repairs = plan({ servers, ghosts: new Set(['10.0.1.9']) })
  assert.deepEqual(repairs, [{ kind: 'close', ...on('i2'), address: '10.0.1.9' }])
})

test('the last one that answers stays open, unless it is known to be another app’s', () => {
  const ghosts = new Set(['10.0.1.9'])
  const servers = [place('i1', '10.0.1.9')]
  const nobody = { running: [], passing: [] }
  assert.deepEqual(plan({ told: nobody, servers, ghosts }), [])
  const downOnly = [...servers, place('i2', '10.0.1.5', { hasPassedCheck: false })]
  assert.deepEqual(plan({ servers: downOnly, ghosts }), [])
  const repairs = plan({ told: nobody, servers, ghosts, isForeign: () => true })
  assert.deepEqual(repairs, [{ kind: 'close', ...on('i1'), address: '10.0.1.9' }])
})

test('a closed place is opened when DNS has left it or has put an instance into it', () => {
  const closed = (address: string, change: Partial<ServerState> = {}) => [
    place('i1', '10.0.1.5'),
    place('i2', address, { isClosed: true, ...change }),
  ]
  const reopened = [{ kind: 'reopen', ...on('i2') }]
  assert.deepEqual(plan({ servers: closed('10.0.1.9'), ghosts: new Set() }), [])
  assert.deepEqual(plan({ servers: closed('', { isUnresolved: true }) }), reopened)
  assert.deepEqual(plan({ told: two, servers: closed('10.0.1.6') }), reopened)
})

test('an instance in a place that someone drained is put back rather than entered again', () => {
  const servers = [place('i1', '10.0.1.5'), place('i2', '10.0.1.6', { isDraining: true })]
  assert.deepEqual(plan({ told: two, servers, missingForMs: missing('10.0.1.6') }), [{ kind: 'reopen', ...on('i2') }])
})

test('an address that two services have is not entered for either', () => {
  assert.deepEqual(plan({ told: two, missingForMs: missing('10.0.1.6'), isForeign: () => true }), [])
})
