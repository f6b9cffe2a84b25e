import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCgroupDisks, parseMachineDisks } from './disk-counters.ts'

const diskstats = `   7       0 loop0 10 0 999 0 0 0 999 0 0 0 0
 254       0 vda 59309 12770 2000 11259 93461 271870 3000 82732 0 14256 99700 80209 231 4053168
 254       1 vda1 59309 12770 2000 11259 93461 271870 3000 82732 0 14256 99700
 259       0 nvme0n1 1 0 10 0 1 0 20 0 0 0 0
 259       1 nvme0n1p1 1 0 10 0 1 0 20 0 0 0 0
 253       0 dm-0 1 0 500 0 1 0 500 0 0 0 0
   9     127 md127 1 0 500 0 1 0 500 0 0 0 0
`

test('a machine counts its whole disks, not their parts nor what is made of them', () => {
  assert.deepEqual(parseMachineDisks(diskstats), { readBytes: 2010 * 512, writtenBytes: 3020 * 512 })
})

test('a cgroup of version 1 tells by disk and kind, and ends with a total that is not counted again', () => {
  const text =
    '254:0 Read 4096\n254:0 Write 512\n254:0 Sync 4608\n254:0 Total 4608\n8:0 Read 1\n8:0 Write 2\nTotal 4611\n'
  assert.deepEqual(parseCgroupDisks(1, text), { readBytes: 4097, writtenBytes: 514 })
  assert.deepEqual(parseCgroupDisks(1, ''), { readBytes: 0, writtenBytes: 0 })
})

test('a cgroup of version 2 tells a line by disk', () => {
  const text =
    '254:0 rbytes=4096 wbytes=512 rios=1 wios=1 dbytes=7 dios=0\n8:0 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0\n'
  assert.deepEqual(parseCgroupDisks(2, text), { readBytes: 4097, writtenBytes: 514 })
})
