import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doorSection, isClosed, isOnlyManager } from './edge-door.ts'
import { parseStat } from './haproxy-answers.ts'

const rows = (...lines: string[]) => parseStat(['# pxname,svname,status,', ...lines, ''].join('\n'))

test('is closed until its server is up, and an edge without a door is open', () => {
  assert.equal(isClosed(rows('berth-door,open,DOWN 3/10,', 'berth-door,BACKEND,DOWN,')), true)
  assert.equal(isClosed(rows('berth-door,open,UP,', 'berth-door,BACKEND,UP,')), false)
  assert.equal(isClosed(rows('shop-web-r1,i1,DOWN,')), false)
})

test('opens by itself after ten seconds, one check each', () => {
  assert.match(
    doorSection(' init-state fully-down'),
    /inter 1s fastinter 1s downinter 1s rise 10 .* init-state fully-down$/m,
  )
})

test('only where no other manager can have changed the routes are the remembered ones the newest', () => {
  assert.equal(isOnlyManager({ isManager: true, managerAddresses: ['10.0.0.1'] }), true)
  assert.equal(isOnlyManager({ isManager: true, managerAddresses: ['10.0.0.1', '10.0.0.2'] }), false)
  assert.equal(isOnlyManager({ isManager: false, managerAddresses: ['10.0.0.1'] }), false)
})
