import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine } from '@berth/engine'
import { checkDrain } from './drain-check.ts'
import type { ServiceFacts } from './relocation-facts.ts'
import type { DrainRow } from './relocation-row.ts'
import { aServiceOn, factsOf } from './some-facts.ts'

const GiB = 1024 ** 3
const [first = aMachine()] = factsOf([]).machines
const drainOf = (machineId: string): DrainRow => ({
  machineId,
  machine: machineId,
  relocationId: 'r1',
  availability: 'pause',
  isDrained: false,
  sinceMs: 0,
})
type About = {
  drains?: DrainRow[]
  isForced?: boolean
  reserved?: Record<string, { cpuMillis: number; memoryBytes: number }>
}
const check = (
  services: ServiceFacts[],
  { drains = [], isForced = false, reserved = {} }: About = {},
  machine = first,
) => checkDrain(machine, { facts: factsOf(services, { reserved }), drains, isForced })
const needing = (memoryBytes: number) => ({ resources: { reservedMemoryBytes: memoryBytes } })

test('a machine may be drained while the others have room', () => {
  check([aServiceOn('shop', [3], needing(4 * GiB))])
})

test('what would find no place is named, with what is missing', () => {
  assert.throws(() => check([aServiceOn('shop', [2], needing(5 * GiB)), aServiceOn('blog', [1], needing(5 * GiB))]), {
    code: 'does_not_fit',
    message: /Without machine-a not everything has a place: (shop|blog): needs 5 GiB of memory/,
  })
  check([aServiceOn('shop', [3], needing(5 * GiB))], { isForced: true })
})

test('what others have reserved already counts', () => {
  const reserved = { b: { cpuMillis: 0, memoryBytes: 7 * GiB }, c: { cpuMillis: 0, memoryBytes: 7 * GiB } }
  assert.throws(() => check([aServiceOn('shop', [1], needing(2 * GiB))], { reserved }), { code: 'does_not_fit' })
})

test('the last machine that takes instances cannot be drained, not even with force', () => {
  const drains = [drainOf('b'), drainOf('c')]
  assert.throws(() => check([], { drains, isForced: true }), { code: 'last_machine' })
  check([], { drains: drains.slice(1) })
})

test('a machine that is about to be drained has no room for others', () => {
  const services = [aServiceOn('shop', [2], needing(5 * GiB))]
  check(services)
  assert.throws(() => check(services, { drains: [drainOf('b')] }), { code: 'does_not_fit' })
})

test('a machine that was paused past Berth is nobody to drain', () => {
  const paused = { ...first, availability: 'pause', isSchedulable: false, cordonLabel: null } as const
  assert.throws(() => check([], {}, paused), { code: 'conflict' })
})

test('a machine that alone has the label that an app needs cannot be drained', () => {
  const placement = { on: { disk: 'ssd' }, spread: null }
  assert.throws(() => check([aServiceOn('shop', [1], { placement })]), {
    code: 'does_not_fit',
    message: /shop: no machine has the label disk=ssd/,
  })
})
