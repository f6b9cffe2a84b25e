import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePressure } from './pressure-files.ts'

test('reads the average of a minute, of some and of all', () => {
  const cpu =
    'some avg10=22.23 avg60=21.94 avg300=11.68 total=84860982\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n'
  const memory =
    'some avg10=0.33 avg60=0.37 avg300=0.62 total=6458779\nfull avg10=0.08 avg60=0.21 avg300=0.39 total=4306730\n'
  const io = 'some avg10=0.00 avg60=9.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=8.50 avg300=0.00 total=0\n'
  assert.deepEqual(parsePressure({ cpu, memory, io }), {
    cpuSome60: 21.94,
    memorySome60: 0.37,
    memoryFull60: 0.21,
    ioSome60: 9,
    ioFull60: 8.5,
  })
})

test('an older kernel has no full line for the processor', () => {
  const some = 'some avg10=1.00 avg60=2.00 avg300=3.00 total=4\n'
  assert.equal(parsePressure({ cpu: some, memory: some, io: some }).ioFull60, 0)
})
