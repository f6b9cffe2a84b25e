import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineStats } from '@berth/contract'
import { type MachineMemory, remember, unseen } from './pressure-memory.ts'

const stats = (cpuRatio: number) =>
  ({
    cpuRatio,
    load1: 0,
    memoryUsedBytes: 1,
    memoryTotalBytes: 10,
    diskUsedBytes: 1,
    diskTotalBytes: 10,
  }) as MachineStats

/** A look every second. */
function look(seconds: number, cpuRatio: number | null, from: MachineMemory = unseen, startMs = 0): MachineMemory {
  let memory = from
  for (let second = 0; second < seconds; second += 1) {
    const sample = { nowMs: startMs + second * 1000, stats: cpuRatio === null ? null : stats(cpuRatio) }
    memory = remember(memory, { ...sample, cpuMillis: 2000, newcomers: 0 })
  }
  return memory
}

test('a machine that burns all of its CPU is under pressure after half a minute', () => {
  assert.equal(look(20, 1).pressedSinceMs, null)
  const burning = look(40, 1, look(30, 0.1), 30_000)
  assert.ok((burning.pressedSinceMs ?? 0) > 50_000)
  assert.equal(burning.worst?.words, 'its CPU is 100 % busy')
  assert.equal(burning.calmSinceMs, null)
})

test('calm counts from when all was well below the limits, and begins anew after each disturbance', () => {
  const calm = look(40, 0.2)
  assert.equal(calm.calmSinceMs, 0)
  const disturbed = look(40, 0.8, calm, 40_000)
  assert.deepEqual([disturbed.pressedSinceMs, disturbed.calmSinceMs], [null, null])
  const again = look(60, 0.2, disturbed, 80_000).calmSinceMs
  assert.ok(again !== null && again > 80_000)
})

test('a machine that tells nothing is neither pressed nor calm', () => {
  assert.deepEqual(look(1, null, look(40, 1), 40_000), unseen)
})
