import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppFigures, LocalInstance, MachineStats } from '@berth/contract'
import { idleEdge, idleInstance, idleStats } from '../agents/test-heartbeat.ts'
import { readMachines } from './machine-readings.ts'
import { secondOf } from './second.ts'

const figures: AppFigures = {
  requestsPerSecond: 12,
  errorsPerSecond: 1,
  inFlight: 3,
  cpuRatio: null,
  memoryBytes: null,
}

/** Machines in their second second. */
function measured(machines: Record<string, { stats?: Partial<MachineStats>; instances?: Partial<LocalInstance>[] }>) {
  const hear = (second: number) =>
    Object.entries(machines).map(([machine, { stats = {}, instances = [] }]) => ({
      machine,
      connection: machines,
      heartbeat: {
        stats: { ...idleStats, ...stats },
        sampledAtMs: second * 1_000,
        instances: instances.map((instance) => ({ ...idleInstance, ...instance, cpuSeconds: second / 4 })),
        edge: idleEdge,
      },
    }))
  return readMachines(readMachines(new Map(), hear(1), 1_000), hear(2), 2_000)
}

test('an app is the sum of its instances on all machines, with what the edges counted', () => {
  const machines = measured({
    one: {
      instances: [
        { instanceId: 'a', memoryBytes: 100 },
        { instanceId: 'b', app: 'blog' },
      ],
    },
    two: { instances: [{ instanceId: 'c', memoryBytes: 50 }] },
  })
  const { apps } = secondOf(0, machines, new Map([['shop', figures]]))
  assert.deepEqual(apps.map(({ app }) => app).toSorted(), ['blog', 'shop'])
  const shop = apps.find(({ app }) => app === 'shop')
  assert.deepEqual([shop?.instances, shop?.cpuRatio, shop?.memoryBytes], [2, 0.5, 150])
  assert.deepEqual([shop?.requestsPerSecond, shop?.errorsPerSecond, shop?.inFlight], [12, 1, 3])
  assert.equal(apps.find(({ app }) => app === 'blog')?.requestsPerSecond, null)
})

test('an app whose instances have ended is there as long as requests for it are counted', () => {
  const { apps } = secondOf(
    0,
    new Map(),
    new Map([
      ['shop', figures],
      ['old', { ...figures, requestsPerSecond: null }],
    ]),
  )
  assert.deepEqual(
    apps.map(({ app, instances, cpuRatio }) => [app, instances, cpuRatio]),
    [['shop', 0, null]],
  )
})

test('all machines together are as busy as all that they have, the small ones counting for little', () => {
  const machines = measured({
    large: { stats: { cpuRatio: 0.5, cpuMillis: 3000, memoryUsedBytes: 10, memoryTotalBytes: 30 } },
    small: { stats: { cpuRatio: 1, cpuMillis: 1000, memoryUsedBytes: 5, memoryTotalBytes: 10 }, instances: [{}] },
  })
  const { overview } = secondOf(0, machines, new Map([['shop', figures]]))
  assert.deepEqual([overview.machines, overview.instances, overview.cpuMillis], [2, 1, 4000])
  assert.deepEqual([overview.cpuRatio, overview.memoryBytes, overview.memoryTotalBytes], [0.625, 15, 40])
  assert.equal(overview.requestsPerSecond, 12)
})

test('an app whose last instance was killed is told of with that', () => {
  const machines = measured({ one: {} })
  const reading = machines.get('one')
  assert.ok(reading)
  const { apps, overview } = secondOf(0, new Map([['one', { ...reading, killedApps: ['shop', 'shop'] }]]), new Map())
  assert.deepEqual(
    apps.map(({ app, instances, outOfMemoryKills }) => [app, instances, outOfMemoryKills]),
    [['shop', 0, 2]],
  )
  assert.equal(overview.outOfMemoryKills, 0, 'Those that the machine counts')
})
