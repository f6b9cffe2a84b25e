import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countCpus, parseCpuTimes, parseLoads, parseMemory, parseOutOfMemoryKills } from './proc-files.ts'

const stat = `cpu  1000 10 300 8000 200 20 30 40 500 0
cpu0 500 5 150 4000 100 10 15 20 250 0
cpu1 500 5 150 4000 100 10 15 20 250 0
intr 12345 0 9
`

test('waiting for a disk is not being busy, and guest time is not counted twice', () => {
  assert.deepEqual(parseCpuTimes(stat), { busy: 1400, total: 9600 })
})

test('counts the processors', () => {
  assert.equal(countCpus(stat), 2)
})

test('page cache that the kernel can take back is not used memory, and swap is told apart', () => {
  const meminfo = `MemTotal:       24683520 kB
MemFree:          461004 kB
MemAvailable:   23264256 kB
SwapCached:           12 kB
SwapTotal:       1048576 kB
SwapFree:        1000000 kB
`
  assert.deepEqual(parseMemory(meminfo), {
    usedBytes: 1_419_264 * 1024,
    totalBytes: 24_683_520 * 1024,
    swapUsedBytes: 48_576 * 1024,
  })
})

test('reads the load of the last minute and of the last five', () => {
  assert.deepEqual(parseLoads('0.79 0.24 0.07 1/312 4711\n'), { load1: 0.79, load5: 0.24 })
})

test('counts what was killed for want of memory, where the kernel counts it', () => {
  assert.equal(parseOutOfMemoryKills('numa_hit 3\noom_kill 7\ndrop_pagecache 0\n'), 7)
  assert.equal(parseOutOfMemoryKills('numa_hit 3\n'), null)
})
