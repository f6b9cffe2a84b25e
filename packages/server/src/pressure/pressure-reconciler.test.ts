import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineStats } from '@berth/contract'
import { aMachine, aService, fakeEngine, type ObservedMachine } from '@berth/engine'
import pino from 'pino'
import { Registry } from 'prom-client'
import type { NewActivity } from '../activity/activity-store.ts'
import type { AgentConnection } from '../agents/agent-registry.ts'
import type { ReleaseRow } from '../releases/release-store.ts'
import { pressureMetrics } from './pressure-metrics.ts'
import { pressureReconciler } from './pressure-reconciler.ts'

const { signal } = new AbortController()
const network = 'berth-project-default'

/** Three machines on a fake engine, whose CPU can be told, and a clock that moves when it is told to. */
async function aCluster(machines: Partial<ObservedMachine>[] = [{}, {}, {}]) {
  let nowMs = 1_700_000_000_000
  const now = () => nowMs
  const fake = fakeEngine({
    machines: machines.map((change, i) => aMachine({ id: `m${i + 1}`, name: `m${i + 1}`, ...change })),
    now: () => new Date(nowMs),
    stepsByItself: false,
  })
  await fake.engine.ensureNetwork(network)
  const cpu: Record<string, number> = {}
  const events: NewActivity[] = []
  let state = await fake.engine.observe()
  const look = async () => {
    state = await fake.engine.observe()
  }
  const agentOf = (id: string) => {
    const stats = {
      cpuRatio: cpu[id] ?? 0.1,
      memoryUsedBytes: 1,
      memoryTotalBytes: 4,
      diskUsedBytes: 1,
      diskTotalBytes: 4,
    }
    return { lastSeenAtMs: nowMs, lastHeartbeat: { stats: stats as MachineStats } } as AgentConnection
  }
  const reconciler = pressureReconciler({
    agents: { find: agentOf },
    cluster: { currentWithin: () => state, look },
    engine: fake.engine,
    releases: { find: async () => ({ services: [{ name: 'web', resources: {} }] }) as unknown as ReleaseRow },
    cordons: { put: async (row) => ({ ...row, sinceMs: nowMs }), remove: async () => undefined },
    activity: { add: async (event) => void events.push(event) as never },
    metrics: pressureMetrics(new Registry()),
    now,
    log: pino({ level: 'silent' }),
  })

  /** A pass and a step of the engine each second. */
  async function pass(seconds: number) {
    for (let second = 0; second < seconds; second += 1) {
      nowMs += 1_000
      fake.step()
      await look()
      await reconciler.pass(signal)
    }
  }
  const machine = (id: string) => state.machines.find((each) => each.id === id)
  const on = (id: string) => state.instances.filter(({ machineId, isWanted }) => machineId === id && isWanted).length
  return { fake, cpu, events, reconciler, pass, machine, on }
}

test('a machine that burns all of its CPU gets no new instance, and gets some again once it is calm', async () => {
  const { fake, cpu, events, pass, machine, on } = await aCluster()
  cpu.m3 = 1
  await pass(60)
  assert.deepEqual([machine('m3')?.availability, machine('m3')?.cordonLabel], ['pause', 'pressure'])
  await fake.engine.createService(aService({ replicas: 6 }))
  await pass(5)
  assert.deepEqual([on('m1'), on('m2'), on('m3')], [3, 3, 0])
  cpu.m3 = 0.1
  await pass(180)
  assert.equal(machine('m3')?.availability, 'active')
  assert.deepEqual(
    events.map(({ kind, detail }) => `${kind}: ${detail}`),
    [
      'machine_cordoned: m3 is under pressure: its CPU is 100 % busy',
      'machine_uncordoned: m3: it has been calm for 120 s',
    ],
  )
})

test('it is released early for an instance that only it can take', async () => {
  const { fake, cpu, pass, machine, on } = await aCluster([{ cpuMillis: 0 }, { cpuMillis: 0 }, {}])
  cpu.m3 = 1
  await pass(60)
  await fake.engine.createService(aService({ resources: { reservedCpuMillis: 1000 } }))
  fake.holdInstances('shop-web-r1', 'no suitable node (1 node not available for new tasks)')
  await pass(9)
  assert.equal(machine('m3')?.cordonLabel, 'pressure')
  await pass(3)
  assert.equal(machine('m3')?.availability, 'active')
  fake.healInstances('shop-web-r1')
  await pass(60)
  assert.equal(on('m3'), 1)
  assert.equal(machine('m3')?.availability, 'active', 'not cordoned again at once')
})

test('where nothing may be spared, nothing is cordoned, and it is told which machine is short of what', async () => {
  const { cpu, reconciler, pass, machine } = await aCluster([{}, {}])
  cpu.m2 = 1
  await pass(60)
  assert.equal(machine('m2')?.availability, 'active')
  assert.deepEqual(reconciler.heldBack(), [{ machine: 'm2', words: 'its CPU is 100 % busy', because: 'enough' }])
})

test('what a person wants to take instances is left alone', async () => {
  const { cpu, reconciler, pass, machine } = await aCluster()
  cpu.m3 = 1
  reconciler.spare('m3')
  await pass(60)
  assert.equal(machine('m3')?.availability, 'active')
})

test('an engine that is changed in between is looked at again', async () => {
  const { fake, cpu, pass, machine } = await aCluster()
  cpu.m3 = 1
  const set = fake.engine.setMachineAvailability
  let isFirst = true
  fake.engine.setMachineAvailability = (...change) => {
    const version = isFirst ? change[2] - 1 : change[2]
    isFirst = false
    return set(change[0], change[1], version, change[3])
  }
  await pass(40)
  assert.equal(machine('m3')?.availability, 'active')
  await pass(20)
  assert.equal(machine('m3')?.cordonLabel, 'pressure')
})
