import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, type ClusterState, type ObservedInstance, type ObservedMachine } from '@berth/engine'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { idleStats } from '../agents/test-heartbeat.ts'
import { listMachinesOf, type MachineFacts } from './machine-list.ts'

const machine = aMachine({ id: 'id-1', name: 'one' })
const stats = { ...idleStats, cpuRatio: 0.5 }
const clusterOf = (machines: ObservedMachine[], instances: ObservedInstance[] = []): ClusterState => ({
  services: [],
  instances,
  machines,
  reserved: {},
})
const agent = { lastHeartbeat: { stats } } as AgentConnection
const factsOf = (change: Partial<MachineFacts['agents']>): MachineFacts => ({
  agents: { find: () => undefined, lastSeenAtMs: () => undefined, ...change },
  drainOf: () => undefined,
  records: new Map(),
})
const present = factsOf({ find: () => agent, lastSeenAtMs: () => 1_000 })
const absent = factsOf({})

const statesOf = (state: ClusterState, facts: MachineFacts) => listMachinesOf(state, facts).map((it) => it.state)

test('a machine is ready only if both its engine and its agent are there', () => {
  const down = { ...machine, isReady: false }
  assert.deepEqual(statesOf(clusterOf([machine]), present), ['ready'])
  assert.deepEqual(statesOf(clusterOf([machine]), absent), ['agent_missing'])
  assert.deepEqual(statesOf(clusterOf([down]), present), ['down'])
  assert.deepEqual(statesOf(clusterOf([down]), absent), ['down'])
})

test('shows what the agent tells, and since when it tells nothing', () => {
  const [shown] = listMachinesOf(clusterOf([machine]), present)
  assert.deepEqual(shown?.stats, stats)
  assert.equal(shown?.lastSeenAt, '1970-01-01T00:00:01.000Z')
  const [gone] = listMachinesOf(clusterOf([machine]), factsOf({ lastSeenAtMs: () => 2_000 }))
  assert.equal(gone?.stats, null)
  assert.equal(gone?.lastSeenAt, '1970-01-01T00:00:02.000Z')
})

test('counts the instances that run there, by machine and sorted by name', () => {
  const instance = (id: string, machineId: string | null, state: ObservedInstance['state']) =>
    ({ id, machineId, state }) as ObservedInstance
  const instances = [
    instance('a', 'id-1', 'running'),
    instance('b', 'id-1', 'starting'),
    instance('c', 'id-1', 'failed'),
    instance('d', 'id-2', 'running'),
    instance('e', null, 'pending'),
  ]
  const machines = [{ ...machine, id: 'id-2', name: 'two' }, machine]
  assert.deepEqual(
    listMachinesOf(clusterOf(machines, instances), absent).map((it) => [it.name, it.instances]),
    [
      ['one', 2],
      ['two', 1],
    ],
  )
})

test('says in our words whether a machine takes instances, and on whose behalf it does not', () => {
  const saysOf = (change: Partial<ObservedMachine>, facts = absent, instances: ObservedInstance[] = []) => {
    const [shown] = listMachinesOf(clusterOf([{ ...machine, ...change }], instances), facts)
    return [shown?.availability, shown?.cordonReason]
  }
  const running = [{ id: 'a', machineId: 'id-1', state: 'running' } as ObservedInstance]
  assert.deepEqual(saysOf({}), ['active', null])
  assert.deepEqual(saysOf({ availability: 'pause', cordonLabel: 'person' }), ['cordoned', 'person'])
  assert.deepEqual(saysOf({ availability: 'pause', cordonLabel: 'pressure' }), ['cordoned', 'pressure'])
  assert.deepEqual(saysOf({ availability: 'pause' }), ['cordoned', null], 'Somebody did that past Berth')
  const drain = { availability: 'pause', cordonLabel: 'drain' } as const
  assert.deepEqual(saysOf(drain, absent, running), ['draining', null])
  assert.deepEqual(saysOf({ availability: 'drain' }), ['drained', null])
  const busy = { ...absent, drainOf: () => 'draining' as const }
  assert.deepEqual(saysOf(drain, busy), ['draining', null], 'Whoever drains knows better than a count')
})

test('shows when a machine was added and until when its certificate is good', () => {
  const records = new Map([['id-1', { addedAtMs: 1_000, certificateEndsAtMs: 2_000 }]])
  const [shown] = listMachinesOf(clusterOf([machine]), { ...absent, records })
  assert.deepEqual([shown?.addedAt, shown?.certificateEndsAt], ['1970-01-01T00:00:01.000Z', '1970-01-01T00:00:02.000Z'])
})
