import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServicePlacement } from '@berth/contract'
import { aMachine, type ClusterState, type ObservedInstance, type ObservedMachine } from '@berth/engine'
import type { CordonRow } from '../cordons/cordon-store.ts'
import type { ReleaseService } from '../releases/release-store.ts'
import { defaultService } from '../releases/service-change.ts'
import { explainService } from './explain-service.ts'

const GiB = 1024 ** 3
const machine = (name: string, change: Partial<ObservedMachine> = {}) =>
  aMachine({ id: `id-${name}`, name, cpuMillis: 2000, memoryBytes: 4 * GiB, ...change })
const web: ReleaseService = { ...defaultService, image: 'web:1', imageDigest: 'web@sha256:a' }
const on = (name: string, change: Partial<ObservedInstance> = {}): ObservedInstance => ({
  id: `instance-${name}-${Math.random()}`,
  serviceName: 'shop-web-r1',
  app: 'shop',
  service: 'web',
  deploymentId: 'd1',
  releaseVersion: 1,
  slot: 1,
  machineId: `id-${name}`,
  state: 'running',
  isWanted: true,
  message: null,
  exitCode: null,
  addresses: [],
  image: 'web@sha256:a',
  createdAt: '2026-03-01T10:00:00.000Z',
  since: '2026-03-01T10:00:00.000Z',
  ...change,
})

function explain(service: Partial<ReleaseService>, state: Partial<ClusterState>, cordons: CordonRow[] = []) {
  const placed = { service: { ...web, ...service }, releaseVersion: 1, serviceName: 'shop-web-r1', replicas: 2 }
  const whole = { services: [], instances: [], machines: [], reserved: {}, ...state }
  return ServicePlacement.parse(explainService(placed, { state: whole, cordons }))
}
const linesOf = ({ machines }: ReturnType<typeof explain>) =>
  machines.map(({ machine, verdict, reasons }) => `${machine} ${verdict}: ${reasons.join('; ')}`)

test('the machine with fewest instances of the service is next, then the one with fewest in all', () => {
  const instances = [on('a'), on('b', { serviceName: 'other-web-r1' }), on('b', { state: 'failed', isWanted: false })]
  const machines = [machine('a'), machine('b'), machine('c')]
  assert.deepEqual(linesOf(explain({}, { machines, instances })), [
    'a possible: has 1 instance of the service, another machine has 0',
    'b possible: has 1 instance in all, another machine has 0',
    'c next: has the fewest instances: 0 of the service, 0 in all',
  ])
})

test('says what keeps each machine from taking an instance', () => {
  const machines = [
    machine('down', { isReady: false }),
    machine('drained', { availability: 'drain', cordonLabel: 'drain' }),
    machine('draining', { availability: 'pause', cordonLabel: 'drain' }),
    machine('foreign', { availability: 'pause' }),
    machine('full'),
    machine('hdd', { labels: { disk: 'hdd' } }),
    machine('hot', { availability: 'pause', cordonLabel: 'pressure' }),
    machine('mine', { availability: 'pause', cordonLabel: 'person' }),
  ].map((each) => (each.name === 'hdd' ? each : { ...each, labels: { disk: 'ssd' } }))
  const reserved = { 'id-full': { cpuMillis: 1500, memoryBytes: 3 * GiB } }
  const resources = { reservedMemoryBytes: 2 * GiB, reservedCpuMillis: 700 }
  const cordons: CordonRow[] = [
    { machineId: 'id-hot', cause: 'pressure', actor: 'berth', reason: 'its CPU is 98 % busy', sinceMs: 0 },
    { machineId: 'id-mine', cause: 'pressure', actor: 'berth', reason: 'left over', sinceMs: 0 },
  ]
  const service = { resources, placement: { on: { disk: 'ssd' }, spread: null } }
  const explained = explain(service, { machines, reserved }, cordons)
  assert.deepEqual(linesOf(explained), [
    'down excluded: is down',
    'drained excluded: is being drained, or was drained',
    'draining excluded: is being drained, or was drained',
    'foreign excluded: was paused past Berth',
    'full excluded: lacks 1 GiB of memory beside what is reserved; lacks 0.2 cores beside what is reserved',
    'hdd excluded: has disk=hdd, not disk=ssd',
    'hot excluded: is cordoned for pressure since 1970-01-01 00:00 UTC: its CPU is 98 % busy',
    'mine excluded: was cordoned',
  ])
  assert.deepEqual(explained.notes, ['No machine can take another instance now.'])
})

test('a service that is spread goes where the label has the value with fewest of its instances', () => {
  const machines = [
    machine('a1', { labels: { zone: 'a' } }),
    machine('a2', { labels: { zone: 'a' } }),
    machine('b1', { labels: { zone: 'b' } }),
    machine('none'),
  ]
  const instances = [on('a1'), on('none')]
  const explained = explain({ placement: { on: {}, spread: 'zone' } }, { machines, instances })
  assert.deepEqual(linesOf(explained), [
    'a1 possible: zone=a has 1 instance of the service, zone=b has 0',
    'a2 possible: zone=a has 1 instance of the service, zone=b has 0',
    'b1 next: zone=b has fewest of the service (0), and it has the fewest instances: 0 of the service, 0 in all there',
    'none possible: no zone has 1 instance of the service, zone=b has 0',
  ])
  assert.deepEqual(explained.notes, ['none has no label zone, and counts as a value of its own.'])
})

test('tells what is reserved, from where, and when it is less than was observed', () => {
  const observed = { cpuMillisP95: 100, memoryBytesP95: GiB, sampleCount: 900, outOfMemoryKills: 0 }
  const reservations = {
    cpuMillis: 120,
    cpuSource: 'observed',
    memoryBytes: GiB,
    memorySource: 'observed',
    observed,
    cappedBy: 'limit',
  } as const
  const explained = explain({ reservations }, { machines: [machine('a', { cpuMillis: 100 })] })
  assert.deepEqual(explained.reservations, reservations)
  assert.deepEqual(linesOf(explained), ['a excluded: lacks 0.02 cores beside what is reserved'])
  assert.match(explained.notes.join(), /more than its limit/)
  assert.equal(explain({}, {}).reservations.memorySource, 'none')
})

test('shows where the instances are, and why one waits', () => {
  const message = 'no suitable node (insufficient resources on 1 node)'
  const instances = [on('a'), on('b', { slot: 2, machineId: null, state: 'pending', message })]
  const shown = explain({}, { machines: [machine('a')], instances }).instances
  assert.deepEqual(
    shown.map(({ machine, state, reason }) => [machine, state, reason]),
    [
      ['a', 'running', null],
      [null, 'pending', 'no machine can take it: 1 machine with too little left to reserve'],
    ],
  )
})
