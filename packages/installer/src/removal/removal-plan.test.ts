import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ObservedRemains, planRemoval } from './removal-plan.ts'

const it = (name: string) => ({ name, id: `id-${name}` })
const whole: ObservedRemains = {
  services: ['berth-server', 'hello-web-r1'].map(it),
  containers: [
    { ...it('berth-edge'), role: 'edge' },
    { ...it('berth-agent'), role: 'agent' },
    { ...it('hello-web-r1.1.x'), role: 'app' },
  ],
  machines: [],
  networks: [it('berth-system')],
  secrets: [it('berth-bootstrap-1')],
  volumes: [it('berth-server')],
  imageNames: ['127.0.0.1:5000/berth:1'],
  swarm: { isOurs: true, isManager: true, foreignServices: [], otherMachines: [] },
  isEngineOurs: false,
  foreignContainers: [],
  files: ['/var/lib/berth'],
}
const none: ObservedRemains = {
  ...whole,
  services: [],
  containers: [],
  networks: [],
  secrets: [],
  volumes: [],
  imageNames: [],
  swarm: undefined,
  files: [],
}
const keep = { withData: false }
const kinds = (observed: ObservedRemains, options = keep) =>
  planRemoval(observed, options).steps.map(({ kind }) => kind)

test('the agent goes before the edge, which it would make anew, and instances before what they use', () => {
  const { steps } = planRemoval(whole, keep)
  assert.deepEqual(
    steps.map((step) => ('name' in step ? step.name : step.kind)),
    [
      'berth-agent',
      'berth-edge',
      'berth-server',
      'hello-web-r1',
      'waitForInstances',
      'berth-system',
      'berth-bootstrap-1',
      'leaveSwarm',
    ],
  )
})

test('data stay unless they are asked for, and it is said how to remove them', () => {
  assert.match(planRemoval(whole, keep).kept.join(), /volumes berth-server; 1 images; \/var\/lib\/berth.*down --data/)
  const all = planRemoval(whole, { withData: true })
  assert.deepEqual(
    all.steps.slice(-3).map(({ kind }) => kind),
    ['removeVolume', 'removeImage', 'removeFile'],
  )
  assert.deepEqual(all.kept, [])
})

test('a swarm that was there before stays', () => {
  const swarm = { isOurs: false, isManager: true, foreignServices: [], otherMachines: [] }
  const { steps, kept } = planRemoval({ ...whole, swarm }, keep)
  assert.equal(
    steps.some(({ kind }) => kind === 'leaveSwarm'),
    false,
  )
  assert.match(kept.join(), /was there before/)
})

test('our swarm stays while others use it, and they are named', () => {
  const swarm = { isOurs: true, isManager: true, foreignServices: ['blog'], otherMachines: ['m2'] }
  const { steps, kept } = planRemoval({ ...whole, swarm }, keep)
  assert.equal(
    steps.some(({ kind }) => kind === 'leaveSwarm'),
    false,
  )
  assert.match(kept.join(), /service blog, machine m2/)
})

test('an engine that Berth started stops last, unless it runs something else', () => {
  const ours = { ...whole, isEngineOurs: true }
  assert.equal(kinds(ours, { withData: true }).at(-1), 'stopEngine')
  const shared = planRemoval({ ...ours, foreignContainers: ['blog'] }, keep)
  assert.equal(
    shared.steps.some(({ kind }) => kind === 'stopEngine'),
    false,
  )
  assert.match(shared.kept.join(), /also runs blog/)
})

test('where nothing of Berth is left there is nothing to do', () => {
  assert.deepEqual(planRemoval(none, { withData: true }), { steps: [], kept: [] })
})

test('machines in containers go first and keep no swarm alive; their volumes are data', () => {
  const machine = { ...it('worker1') }
  const volume = it('berth-machine-worker1')
  const swarm = { isOurs: true, isManager: true, foreignServices: [], otherMachines: ['worker1'] }
  const observed = { ...whole, machines: [machine], volumes: [volume], swarm }
  const { steps, kept } = planRemoval(observed, keep)
  assert.deepEqual(steps[0], { kind: 'removeMachine', ...machine })
  assert.ok(steps.some(({ kind }) => kind === 'leaveSwarm'))
  assert.match(kept.join(), /berth-machine-worker1/)
  assert.ok(kinds(observed, { withData: true }).includes('removeVolume'))
})

test('a worker leaves its swarm before it waits for instances, which end with that', () => {
  const swarm = { isOurs: true, isManager: false, foreignServices: [], otherMachines: [] }
  const order = kinds({ ...whole, services: [], secrets: [], swarm })
  assert.ok(order.indexOf('leaveSwarm') < order.indexOf('waitForInstances'))
  assert.equal(order.filter((kind) => kind === 'leaveSwarm').length, 1)
})
