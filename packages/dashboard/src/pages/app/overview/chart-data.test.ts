import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartData } from './chart-data.ts'

test('a chart is always ten minutes wide, with what is known at its end', () => {
  const [times, values] = chartData({ stepMs: 2_000, endAtMs: 1_000_000, cpuRatio: [0.1, null, 0.3] }, 'cpuRatio')
  assert.equal(times.length, 300)
  assert.equal(values.length, 300)
  assert.equal(times.at(-1), 1_000)
  assert.equal(times[0], 1_000 - 598)
  assert.deepEqual(values.slice(-4), [null, 0.1, null, 0.3])
})

test('before anything is known the chart is empty and as wide', () => {
  const [times, values] = chartData(undefined, 'cpuRatio')
  assert.equal(times.length, 300)
  assert.deepEqual(values, Array(300).fill(null))
})
