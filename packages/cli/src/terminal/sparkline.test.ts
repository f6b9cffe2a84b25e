import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sparkline } from './sparkline.ts'

test('draws the newest values at the right, as high as their share of the most', () => {
  assert.equal(sparkline([9, 0, 0.5, 1], { width: 3, max: 1 }), '▁▅█')
  assert.equal(sparkline([0, 2], { width: 4, max: 1 }), '  ▁█')
})

test('leaves a gap where nothing was measured', () => {
  assert.equal(sparkline([1, null, 1], { width: 3, max: 1 }), '█ █')
  assert.equal(sparkline([], { width: 2, max: 1 }), '  ')
  assert.equal(sparkline([0, 0], { width: 2, max: 0 }), '▁▁')
})
