import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '@berth/contract'
import { totalOf } from './cluster-words.ts'

const machine = (cpuRatio: number, cpuMillis: number) =>
  ({ state: 'ready', instances: 2, stats: { cpuRatio, cpuMillis, memoryUsedBytes: 1, memoryTotalBytes: 4 } }) as Machine

test('a large machine counts for more than a small one', () => {
  const { cpuRatio, memoryUsedBytes, memoryTotalBytes } = totalOf([machine(0.5, 6_000), machine(0.1, 2_000)])
  assert.equal(cpuRatio, 0.4)
  assert.deepEqual([memoryUsedBytes, memoryTotalBytes], [2, 8])
})

test('a machine that nobody measures is counted and no more', () => {
  const down = { state: 'down', instances: 1, stats: null } as const
  assert.deepEqual(totalOf([down]), {
    ...{ machines: 1, ready: 0, instances: 1, cpuRatio: null, cpuMillis: 0, memoryUsedBytes: 0, memoryTotalBytes: 0 },
  })
})
