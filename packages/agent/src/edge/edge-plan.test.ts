import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planEdgeChange } from './edge-plan.ts'

const current = { config: 'c', hostsMap: 'm' }

test('does nothing when the edge is as wanted', () => {
  assert.equal(planEdgeChange(current, { ...current }), 'nothing')
})

test('moves routes without a reload', () => {
  assert.equal(planEdgeChange(current, { ...current, hostsMap: 'n' }), 'map')
})

test('reloads for another configuration, and for the first', () => {
  assert.equal(planEdgeChange(current, { config: 'd', hostsMap: 'n' }), 'reload')
  assert.equal(planEdgeChange(null, current), 'reload')
})
