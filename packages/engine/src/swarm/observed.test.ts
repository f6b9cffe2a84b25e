import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterState } from '../engine.ts'
import { aService } from '../fake/a-service.ts'
import { clusterStateOf } from './observed.ts'
import { hostOf } from './observed-machine.ts'
import { serviceSpecOf } from './service-spec.ts'
import type { SwarmNode, SwarmTask } from './swarm-types.ts'

const at = '2026-11-20T10:00:00.123456789Z'
const service = aService({ resources: { reservedCpuMillis: 250, reservedMemoryBytes: 64e6 } })

function aTask(change: { state?: string; desired?: string; err?: string; exitCode?: number } = {}): SwarmTask {
  const { state = 'running', desired = 'running', err, exitCode } = change
  return {
    ID: 'task1',
    CreatedAt: at,
    NodeID: 'node1',
    Slot: 2,
    DesiredState: desired,
    Spec: serviceSpecOf(service).TaskTemplate,
    Status: {
      Timestamp: at,
      State: state,
      ...(err ? { Err: err } : {}),
      ContainerStatus: exitCode === undefined ? null : { ContainerID: 'c1', ExitCode: exitCode },
    },
  }
}

const node: SwarmNode = {
  ID: 'node1',
  Version: { Index: 9 },
  Spec: { Role: 'manager', Availability: 'active', Labels: {} },
  Description: {
    Hostname: 'm1',
    Resources: { NanoCPUs: 2e9, MemoryBytes: 4e9 },
    Engine: { EngineVersion: '20.10.24' },
  },
  Status: { State: 'ready', Addr: '0.0.0.0' },
  ManagerStatus: { Leader: true, Addr: '10.0.0.5:2377' },
}

const observe = (tasks: SwarmTask[], nodes = [node]) => clusterStateOf({ services: [], tasks, nodes })
const onlyInstance = (task: SwarmTask, nodes = [node]) => observe([task], nodes).instances[0]

test('a service becomes what it was made from', () => {
  const Spec = serviceSpecOf(aService({ replicas: 3 }))
  const state = clusterStateOf({ services: [{ Version: { Index: 7 }, Spec }], tasks: [], nodes: [] })
  ClusterState.parse(state)
  assert.deepEqual(state.services, [
    {
      name: 'shop-web-r1',
      app: 'shop',
      service: 'web',
      deploymentId: 'deployment-1',
      releaseVersion: 1,
      specHash: Spec.Labels?.['berth.spec'],
      replicas: 3,
      avoids: [],
      version: 7,
    },
  ])
})

test('what is not ours is not listed, but its reservations count', () => {
  const foreign = { ...aTask(), Spec: { Resources: { Reservations: { NanoCPUs: 1e9, MemoryBytes: 1e6 } } } }
  const { instances, reserved } = observe([foreign, aTask(), aTask({ state: 'failed' })])
  assert.equal(instances.length, 2)
  assert.deepEqual(reserved, { node1: { cpuMillis: 1250, memoryBytes: 65e6 } })
})

test('an instance has an address on each of its networks', () => {
  const attached = [{ Network: { Spec: { Name: 'berth-project-default' } }, Addresses: ['10.0.1.5/24'] }]
  assert.deepEqual(onlyInstance({ ...aTask(), NetworksAttachments: attached })?.addresses, [
    { network: 'berth-project-default', ip: '10.0.1.5' },
  ])
  assert.deepEqual(onlyInstance({ ...aTask(), NetworksAttachments: null })?.addresses, [])
})

test('an instance goes through its states', () => {
  for (const [state, desired, expected] of [
    ['pending', 'running', 'pending'],
    ['preparing', 'running', 'starting'],
    ['ready', 'ready', 'starting'],
    ['running', 'running', 'running'],
    ['running', 'shutdown', 'stopping'],
    ['preparing', 'remove', 'stopping'],
    ['pending', 'shutdown', 'complete'],
    ['shutdown', 'shutdown', 'complete'],
    ['complete', 'shutdown', 'complete'],
    ['rejected', 'shutdown', 'failed'],
    ['orphaned', 'shutdown', 'failed'],
  ] as const) {
    assert.equal(onlyInstance(aTask({ state, desired }))?.state, expected, `${state}, wanted ${desired}`)
  }
})

test('an instance that ended keeps its exit code and the words of the engine', () => {
  const instance = onlyInstance(
    aTask({ state: 'failed', desired: 'shutdown', err: 'task: non-zero exit (3)', exitCode: 3 }),
  )
  assert.equal(instance?.exitCode, 3)
  assert.equal(instance?.message, 'task: non-zero exit (3)')
  assert.equal(instance?.isWanted, false)
  assert.equal(onlyInstance(aTask({ exitCode: 0 }))?.exitCode, null, 'one that runs has none yet')
})

test('an instance that never ran has no exit code, whatever the engine says', () => {
  const err = 'starting container failed: exec: "nope": executable file not found in $PATH'
  assert.equal(onlyInstance(aTask({ state: 'failed', err, exitCode: 127 }))?.exitCode, null)
  const rejected = aTask({ state: 'rejected', err: 'No such image: shop' })
  const Status = { ...rejected.Status, ContainerStatus: { ContainerID: '', ExitCode: 0 } }
  assert.equal(onlyInstance({ ...rejected, Status })?.exitCode, null)
})

test('an instance that fits nowhere says why', () => {
  const err = 'no suitable node (insufficient resources on 1 node)'
  const { machineId, message, state } = onlyInstance({ ...aTask({ state: 'pending', err }), NodeID: '' }) ?? {}
  assert.deepEqual({ machineId, message, state }, { machineId: null, message: err, state: 'pending' })
})

test('an instance that was replaced because its machine is down does not stay "stopping" for ever', () => {
  const down = { ...node, Status: { State: 'down' } }
  const instance = onlyInstance(aTask({ desired: 'shutdown' }), [down])
  assert.equal(instance?.state, 'failed')
  assert.equal(instance?.message, 'The machine does not answer')
})

test('a manager that gives 0.0.0.0 has the address that the other managers use', () => {
  const state = observe([])
  ClusterState.parse(state)
  assert.deepEqual(state.machines, [
    {
      id: 'node1',
      name: 'm1',
      role: 'manager',
      isLeader: true,
      isReady: true,
      isSchedulable: true,
      availability: 'active',
      cordonLabel: null,
      isOpened: false,
      labels: {},
      holds: [],
      version: 9,
      address: '10.0.0.5',
      engineVersion: '20.10.24',
      cpuMillis: 2000,
      memoryBytes: 4e9,
    },
  ])
})

test('a paused machine takes nothing new', () => {
  const paused = { ...node, Spec: { ...node.Spec, Availability: 'pause' as const } }
  assert.equal(observe([], [paused]).machines[0]?.isSchedulable, false)
})

test('a machine has the labels that people gave it, and says on whose behalf it rests', () => {
  const labels = { 'berth.label.disk': 'ssd', 'berth.cordon': 'pressure', rack: '7' }
  const labelled = { ...node, Spec: { ...node.Spec, Availability: 'pause' as const, Labels: labels } }
  const [machine] = observe([], [labelled]).machines
  assert.deepEqual(machine?.labels, { disk: 'ssd' })
  assert.equal(machine?.cordonLabel, 'pressure')
  const odd = { ...labelled, Spec: { ...labelled.Spec, Labels: { 'berth.cordon': 'whim' } } }
  assert.equal(observe([], [odd]).machines[0]?.cordonLabel, null)
})

test('a machine holds what of Berth is bound to it, whether that runs at the moment or not', () => {
  const Spec = { ContainerSpec: { Image: 'berth', Labels: { 'berth.role': 'server' } } }
  const bound = { ...Spec, Placement: { Constraints: ['node.id==node1'] } }
  const other = { ...node, ID: 'node2' }
  const holdsOf = (task: SwarmTask) => observe([task], [node, other]).machines.map(({ holds }) => holds)
  assert.deepEqual(holdsOf({ ...aTask({ state: 'pending' }), NodeID: '', Spec: bound }), [['server'], []])
  assert.deepEqual(holdsOf({ ...aTask(), Spec }), [[], []], 'What may run anywhere is held by none')
  assert.deepEqual(holdsOf({ ...aTask({ desired: 'shutdown' }), Spec: bound }), [[], []])
})

test('an address loses its port, of either family', () => {
  assert.equal(hostOf('10.0.0.5:2377'), '10.0.0.5')
  assert.equal(hostOf('[fd00::5]:2377'), 'fd00::5')
})

test('a node that has joined and said nothing yet is no machine', () => {
  const silent: SwarmNode = { ...node, ID: 'node2', Description: {}, Status: { State: 'unknown' } }
  assert.deepEqual(
    observe([], [node, silent]).machines.map(({ name }) => name),
    ['m1'],
  )
})
