import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClusterState, ObservedInstance, ObservedMachine } from '@berth/engine'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { listMachinesOf } from './machine-list.ts'

const machine: ObservedMachine = {
  id: 'id-1',
  name: 'one',
  role: 'manager',
  isLeader: true,
  isReady: true,
  isSchedulable: true,
  address: '10.0.0.1',
  engineVersion: '29.0.0',
  cpuMillis: 2000,
  memoryBytes: 1024,
}
const stats = {
  cpuRatio: 0.5,
  load1: 1,
  memoryUsedBytes: 1,
  memoryTotalBytes: 2,
  diskUsedBytes: 3,
  diskTotalBytes: 4,
}
const clusterOf = (machines: ObservedMachine[], instances: ObservedInstance[] = []): ClusterState => ({
  services: [],
  instances,
  machines,
  reserved: {},
})
const agent = { lastHeartbeat: { stats } } as AgentConnection
const present = { find: () => agent, lastSeenAtMs: () => 1_000 }
const absent = { find: () => undefined, lastSeenAtMs: () => undefined }

const statesOf = (state: ClusterState, agents: Parameters<typeof listMachinesOf>[1]) =>
  listMachinesOf(state, agents).map((it) => it.state)

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
  const [gone] = listMachinesOf(clusterOf([machine]), { ...absent, lastSeenAtMs: () => 2_000 })
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
