import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aService } from '../fake/a-service.ts'
import { specHashOf } from '../spec-hash.ts'
import { avoidsOf } from './avoided-machines.ts'
import { adjustedSpec, serviceSpecOf } from './service-spec.ts'

test('the command replaces what the image runs, not its entry point', () => {
  const { ContainerSpec } = serviceSpecOf(aService({ command: ['node', 'worker.js'] })).TaskTemplate
  assert.deepEqual(ContainerSpec?.Args, ['node', 'worker.js'])
  assert.equal(ContainerSpec?.Command, undefined)
})

test('without a command the image runs what it says', () => {
  assert.ok(!('Args' in (serviceSpecOf(aService()).TaskTemplate.ContainerSpec ?? {})))
})

test('variables keep whatever is in their values', () => {
  const { ContainerSpec } = serviceSpecOf(aService({ env: { URL: 'a=b c\n$d', EMPTY: '' } })).TaskTemplate
  assert.deepEqual(ContainerSpec?.Env, ['URL=a=b c\n$d', 'EMPTY='])
})

test('limits and reservations are told apart, in the units of the engine', () => {
  const resources = { cpuMillis: 1500, memoryBytes: 64e6, reservedCpuMillis: 250, reservedMemoryBytes: 32e6 }
  assert.deepEqual(serviceSpecOf(aService({ resources })).TaskTemplate.Resources, {
    Limits: { NanoCPUs: 1_500_000_000, MemoryBytes: 64e6, Pids: 1024 },
    Reservations: { NanoCPUs: 250_000_000, MemoryBytes: 32e6 },
  })
})

test('the service and its containers can be found by label', () => {
  const service = aService()
  const spec = serviceSpecOf(service)
  const shared = {
    'berth.role': 'app',
    'berth.app': 'shop',
    'berth.service': 'web',
    'berth.release': '1',
    'berth.deployment': 'deployment-1',
  }
  assert.deepEqual(spec.Labels, { ...shared, 'berth.spec': specHashOf(service) })
  assert.deepEqual(spec.TaskTemplate.ContainerSpec?.Labels, { ...shared, 'berth.service-name': 'shop-web-r1' })
})

test('an instance that ends comes back after half a second, and the stop timeout is the app’s own', () => {
  const { RestartPolicy, ContainerSpec } = serviceSpecOf(aService({ stopTimeoutMs: 2500 })).TaskTemplate
  assert.deepEqual(RestartPolicy, { Condition: 'any', Delay: 300_000_000, MaxAttempts: 0 })
  assert.equal(ContainerSpec?.StopGracePeriod, 2_500_000_000)
})

test('scaling changes nothing that would restart an instance', () => {
  const spec = serviceSpecOf(aService())
  assert.deepEqual(adjustedSpec(spec, { replicas: 4, avoids: [] }), {
    ...spec,
    Mode: { Replicated: { Replicas: 4 } },
  })
})

test('leaving a machine adds one rule to those that are there, and coming back takes only that away', () => {
  const spec = serviceSpecOf(aService())
  const Placement = { Constraints: ['node.labels.disk==ssd'], MaxReplicas: 3 }
  const placed = { ...spec, TaskTemplate: { ...spec.TaskTemplate, Placement } }
  const left = adjustedSpec(placed, { replicas: 1, avoids: ['b', 'a'] })
  assert.deepEqual(left.TaskTemplate.Placement, {
    Constraints: ['node.labels.disk==ssd', 'node.id!=a', 'node.id!=b'],
    MaxReplicas: 3,
  })
  assert.deepEqual(avoidsOf(left.TaskTemplate.Placement), ['a', 'b'])
  assert.deepEqual(adjustedSpec(left, { replicas: 1, avoids: [] }), placed)
})

test('a service that avoids nothing is made as before there was such a thing', () => {
  assert.ok(!('Placement' in serviceSpecOf(aService()).TaskTemplate))
  assert.equal(specHashOf(aService({ avoids: ['a'] })), specHashOf(aService()))
})

test('services of one release find each other by their plain names, and nobody else does', () => {
  const { Networks, ContainerSpec } = serviceSpecOf(aService({ siblings: 'shop-r1' })).TaskTemplate
  assert.deepEqual(Networks, [{ Target: 'berth-project-default', Aliases: ['web.shop-r1'] }])
  assert.deepEqual(ContainerSpec?.DNSConfig, { Search: ['shop-r1'], Options: ['ndots:1'] })
})
