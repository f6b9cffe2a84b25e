import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawSparkline } from './sparkline-path.ts'

const frame = { width: 30, height: 23, points: 4 }

test('the largest value reaches the top and zero stays at the bottom', () => {
  assert.equal(drawSparkline([0, 10, 5, 0], frame).line, 'M0 22L10 2L20 12L30 22')
})

test('what was not measured is a gap and not a zero', () => {
  assert.equal(drawSparkline([10, null, 10, 10], frame).line, 'M0 2h0M20 2L30 2')
})

test('few points stand at the right end, where now is', () => {
  assert.equal(drawSparkline([4, 4], frame).line, 'M20 2L30 2')
})

test('only zeros is a flat line and nothing at all is nothing', () => {
  assert.equal(drawSparkline([0, 0, 0, 0], frame).line, 'M0 22L10 22L20 22L30 22')
  assert.deepEqual(drawSparkline([], frame), { line: '', area: '' })
})

test('with a maximum, half of it is half as high', () => {
  assert.equal(drawSparkline([1, 1, 1, 1], { ...frame, max: 2 }).line, 'M0 12L10 12L20 12L30 12')
})
