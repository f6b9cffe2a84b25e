import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineChoice, Reservations } from '@berth/contract'
import { describeObserved, describePlacement, describeReservedCpu, sortChoices } from './placement-words.ts'

const reservations: Reservations = {
  ...{ cpuMillis: 250, cpuSource: 'observed', memoryBytes: 0, memorySource: 'none', cappedBy: null },
  observed: { cpuMillisP95: 212.4, memoryBytesP95: 90 * 1024 ** 2, sampleCount: 900, outOfMemoryKills: 0 },
}

test('placement is told in words', () => {
  assert.equal(describePlacement({ on: {}, spread: null }), 'on any machine')
  assert.equal(
    describePlacement({ on: { zone: 'a', disk: 'ssd' }, spread: 'rack' }),
    'only where disk=ssd and zone=a, spread over rack',
  )
})

test('a reservation says where it comes from', () => {
  assert.equal(describeReservedCpu(reservations), '0.25 cores, from what was observed')
  assert.equal(describeReservedCpu({ ...reservations, cpuMillis: 0, cpuSource: 'none' }), 'none')
})

test('what was observed is told with what kept it down', () => {
  assert.match(describeObserved(reservations) ?? '', /up to 0.212 cores and 90 MiB\.$/)
  assert.match(describeObserved({ ...reservations, cappedBy: 'limit' }) ?? '', /kept below the limit\.$/)
  assert.equal(describeObserved({ ...reservations, observed: null }), undefined)
})

test('where the next one would go stands first', () => {
  const choice = (machine: string, verdict: MachineChoice['verdict'], instances = 0) =>
    ({ machine, verdict, instances }) as MachineChoice
  const sorted = sortChoices([
    choice('m10', 'possible'),
    choice('m1', 'excluded', 3),
    choice('m2', 'possible'),
    choice('m3', 'next'),
  ])
  assert.deepEqual(
    sorted.map(({ machine }) => machine),
    ['m3', 'm2', 'm10', 'm1'],
  )
})
