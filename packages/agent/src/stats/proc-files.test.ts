import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countCpus, parseCpuTimes, parseLoad1, parseMemory } from './proc-files.ts'

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

test('page cache that the kernel can take back is not used memory', () => {
  const meminfo =
    'MemTotal:       24683520 kB\nMemFree:          461004 kB\nMemAvailable:   23264256 kB\nBuffers: 1 kB\n'
  assert.deepEqual(parseMemory(meminfo), { usedBytes: 1_419_264 * 1024, totalBytes: 24_683_520 * 1024 })
})

test('reads the load of the last minute', () => {
  assert.equal(parseLoad1('0.79 0.24 0.07 1/312 4711\n'), 0.79)
})
