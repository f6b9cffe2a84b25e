import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as api from '@berth/contract'
import { fakeBerth } from '../fake-berth.ts'
import { sampleApp } from '../samples.ts'

const sample: api.Machine = {
  id: 'm',
  name: 'worker1',
  availability: 'active',
  state: 'ready',
  role: 'worker',
  isLeader: false,
  cordonReason: null,
  labels: { zone: 'a', disk: 'ssd' },
  address: '10.0.0.2',
  engineVersion: '29.3.0',
  instances: 0,
  cpuMillis: 2000,
  memoryBytes: 1024 ** 3,
  reserved: { cpuMillis: 0, memoryBytes: 0 },
  holds: [],
  stats: null,
  lastSeenAt: null,
  certificateEndsAt: null,
  addedAt: null,
}

test('labels are set and taken away, and what would end instances is refused with what to do', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.labelMachine, ({ body }) => {
    if (body.labels.zone === null && !body.force) {
      throw new api.PlatformError('label_in_use', 'Instances on worker1 would be ended at once', { hint: 'drain it' })
    }
    return sample
  })
  assert.equal((await berth('machines', 'label', 'worker1', 'disk=ssd', 'zone=a')).stdout, 'worker1: disk=ssd zone=a\n')
  const refused = await berth('machines', 'label', 'worker1', 'zone-')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /would be ended at once/)
  assert.equal((await berth('machines', 'label', 'worker1', 'zone-', '--force')).code, 0)
  assert.match((await berth('machines', 'label', 'worker1', 'Zone')).stderr, /labels: use label=value/)
  assert.match((await berth('machines', 'label', 'worker1')).stderr, /missing required argument 'labels'/)
})

test('a machine is cordoned and uncordoned; when none is left, that is said', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  let left: api.Machine[] = [sample]
  on(api.cordonMachine, () => sample)
  on(api.listMachines, () => left)
  assert.deepEqual(await berth('machines', 'cordon', 'worker1'), {
    code: 0,
    stdout: 'worker1 takes no new instances. To end that: berth machines uncordon worker1\n',
    stderr: '',
  })
  left = [{ ...sample, availability: 'cordoned' }]
  assert.match((await berth('machines', 'cordon', 'worker1')).stderr, /No machine takes new instances now/)
  assert.equal((await berth('machines', 'uncordon', 'worker1')).stdout, 'worker1 takes new instances\n')
  assert.ok(calls.includes('PUT /v1/machines/worker1/cordon'))
})

test('explains which machine is next and why others are not, however narrow the terminal', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const free = { freeCpuMillis: 1500, freeMemoryBytes: 1024 ** 3 }
  const service: api.ServicePlacement = {
    service: 'web',
    releaseVersion: 3,
    replicas: 2,
    placement: { on: { disk: 'ssd' }, spread: 'zone' },
    reservations: {
      cpuMillis: 0,
      cpuSource: 'setting',
      memoryBytes: 300 * 1024 ** 2,
      memorySource: 'observed',
      observed: { cpuMillisP95: 10, memoryBytesP95: 1, sampleCount: 4000, outOfMemoryKills: 0 },
      cappedBy: null,
    },
    instances: [
      { id: 'a', machine: 'worker1', state: 'running', reason: null },
      {
        id: 'b',
        machine: null,
        state: 'pending',
        reason: 'no machine can take it: 2 machines not taking new instances',
      },
    ],
    machines: [
      { machine: 'worker1', verdict: 'next', reasons: ['has the fewest instances'], instances: 1, ...free },
      { machine: 'alpha', verdict: 'excluded', reasons: ['has no label disk=ssd', 'is down'], instances: 0, ...free },
    ],
    notes: ['alpha has no label zone.'],
  }
  on(api.explainPlacement, () => ({ app: 'hello', services: [service] }))
  const { stdout } = await berth('machines', 'explain', 'hello')
  assert.equal(
    stdout,
    [
      'Service    web of v3',
      'Instances  1 of 2 running, 1 on worker1',
      'Runs on    machines with disk=ssd, spread over zone',
      'Reserves   no CPU (as set), 300 MiB of memory (as observed, from 4000 samples)',
      'Waits  no machine can take it: 2 machines not taking new instances',
      '',
      'worker1  is next  has the fewest instances (1.5 cores and 1 GiB not reserved)',
      'alpha    cannot   has no label disk=ssd; is down (1.5 cores and 1 GiB not reserved)',
      '',
      'alpha has no label zone.',
      '',
    ].join('\n'),
  )
})

test('deploy says where instances may run', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const changes: unknown[] = []
  on(api.getApp, () => sampleApp)
  on(api.createDeployment, ({ body }) => {
    changes.push(body.change)
    throw new api.PlatformError('does_not_fit', 'no machine has the label disk=ssd')
  })
  await berth('deploy', '--name', 'hello', '--on', 'disk=ssd', '--on', 'zone-', '--spread', 'rack')
  await berth('deploy', '--name', 'hello', '--spread', 'none', '--reserve-memory', 'auto', '--reserve-cpu', '0')
  assert.deepEqual(changes, [
    { placement: { on: { disk: 'ssd', zone: null }, spread: 'rack' } },
    { placement: { spread: null }, resources: { reservedMemoryBytes: null, reservedCpuMillis: 0 } },
  ])
})
