import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObservedInstance } from '@berth/engine'
import { type DeploymentFacts, planDeployment } from './deployment-plan.ts'
import type { Diagnosis } from './failure-words.ts'

const name = 'shop-web-r2'

const instance = (id: string, more: Partial<ObservedInstance> = {}): ObservedInstance => ({
  id,
  serviceName: name,
  app: 'shop',
  service: 'web',
  deploymentId: 'd2',
  releaseVersion: 2,
  slot: 1,
  machineId: 'm1',
  state: 'running',
  isWanted: true,
  addresses: [],
  message: null,
  exitCode: null,
  image: 'web@sha256:1',
  createdAt: '2026-01-01T00:00:00.000Z',
  since: '2026-01-01T00:00:00.000Z',
  ...more,
})
const crashed = (id: string, more: Partial<ObservedInstance> = {}) =>
  instance(id, { state: 'failed', isWanted: false, exitCode: 1, ...more })

const diagnosis = (more: Partial<Diagnosis> = {}): Diagnosis => ({
  isRunning: true,
  exitCode: null,
  wasOutOfMemory: false,
  listeningPorts: [80],
  loopbackPorts: [],
  ...more,
})

const noCounts = { requests: 0, errors: 0 }
const edge = (
  machine: string,
  up: number,
  more: { isCurrent?: boolean; inFlight?: number; lastCheck?: string } = {},
) => ({
  machine,
  isCurrent: more.isCurrent ?? true,
  status: {
    fingerprint: 'f',
    error: null,
    countedAtMs: null,
    backends: [
      { name, up, known: 2, inFlight: 0, ...noCounts, lastCheck: more.lastCheck ?? null },
      { name: 'shop-web-r1', up: 1, known: 1, inFlight: more.inFlight ?? 0, ...noCounts, lastCheck: null },
    ],
  },
})

const facts = (more: Partial<DeploymentFacts>): DeploymentFacts => ({
  nowMs: 100_000,
  stage: 'check',
  stageStartedAtMs: 99_000,
  waitingSinceMs: 99_000,
  deadlineMs: 60_000,
  replicas: 2,
  services: [{ name, port: 80, healthPath: null }],
  face: name,
  instances: [instance('a'), instance('b')],
  diagnoses: new Map(),
  edges: [edge('m1', 2)],
  probes: [],
  previousServices: ['shop-web-r1'],
  ...more,
})
const pastDeadline = { waitingSinceMs: 0 }
const failureOf = (more: Partial<DeploymentFacts>) => {
  const decision = planDeployment(facts(more))
  return decision.kind === 'fail' ? decision.failure : assert.fail(`decided to ${decision.kind}`)
}

test('waits until every instance has started, and says how many have', () => {
  const starting = [instance('a'), instance('b', { state: 'starting' })]
  assert.deepEqual(planDeployment(facts({ stage: 'start', instances: starting })), {
    kind: 'wait',
    detail: '1 of 2 started',
  })
})

test('goes on only when every edge sees every instance up', () => {
  assert.equal(planDeployment(facts({ edges: [edge('m1', 2), edge('m2', 1)] })).kind, 'wait')
  assert.equal(planDeployment(facts({ edges: [edge('m1', 2), edge('m2', 2)] })).kind, 'advance')
})

test('an edge that still has the old routes cannot vouch for anything', () => {
  assert.deepEqual(planDeployment(facts({ edges: [edge('m1', 2), edge('m2', 2, { isCurrent: false })] })), {
    kind: 'wait',
    detail: 'edge on m2 has not taken the new routes yet',
  })
})

test('no connected edge is no reason to go on', () => {
  assert.equal(planDeployment(facts({ edges: [] })).kind, 'wait')
})

test('shows which port the program listens on while it waits for the right one', () => {
  const diagnoses = new Map([['a', diagnosis({ listeningPorts: [8080] })]])
  const decision = planDeployment(facts({ edges: [edge('m1', 0)], diagnoses }))
  assert.deepEqual(decision, {
    kind: 'wait',
    detail: '0 of 2 up: nothing listens on port 80 yet; it listens on 8080',
  })
})

test('two crashes may be bad luck, three are a failure with exit code and evidence', () => {
  const two = [crashed('a'), crashed('b'), instance('c')]
  assert.equal(planDeployment(facts({ edges: [edge('m1', 0)], instances: two })).kind, 'wait')
  const last = crashed('d', { exitCode: 127, since: '2026-01-01T00:01:00.000Z' })
  const decision = planDeployment(facts({ edges: [edge('m1', 0)], instances: [last, ...two] }))
  assert.deepEqual(decision.kind === 'fail' && [decision.failure.code, decision.evidence], ['exited', 'd'])
  assert.match(failureOf({ instances: [last, ...two] }).message, /exit code 127 \(command not found\) \(3 times\)/)
})

test('an image whose own HEALTHCHECK fails is not blamed for the exit code that the engine caused', () => {
  const message = 'task: non-zero exit (143): dockerexec: unhealthy container'
  const failure = failureOf({ instances: ['a', 'b', 'c'].map((id) => crashed(id, { exitCode: 143, message })) })
  assert.equal(failure.code, 'health_check_failed')
  assert.match(failure.message, /HEALTHCHECK that the image brings along failed.* \(3 times\)$/)
})

test('an instance that ran out of memory is told apart from one that was killed', () => {
  const instances = [crashed('a'), crashed('b'), crashed('c', { exitCode: 137, since: '2026-01-01T00:01:00.000Z' })]
  const diagnoses = new Map([['c', diagnosis({ isRunning: false, exitCode: 137, wasOutOfMemory: true })]])
  assert.equal(failureOf({ instances, diagnoses }).code, 'out_of_memory')
})

test('at the deadline a wrong port is named, with the command that would be right', () => {
  const diagnoses = new Map([['a', diagnosis({ listeningPorts: [3000] })]])
  const failure = failureOf({ ...pastDeadline, edges: [edge('m1', 0)], diagnoses })
  assert.equal(failure.code, 'port_not_listening')
  assert.match(failure.message, /listens on 3000/)
  assert.equal(failure.hint, 'Deploy again with --port 3000')
})

test('a program that listens only to itself is told to listen on 0.0.0.0', () => {
  const diagnoses = new Map([['a', diagnosis({ listeningPorts: [], loopbackPorts: [80] })]])
  assert.equal(
    failureOf({ ...pastDeadline, edges: [edge('m1', 0)], diagnoses }).hint,
    'Let the program listen on 0.0.0.0',
  )
})

test('a check that fails although the port is open says what it got', () => {
  const diagnoses = new Map([['a', diagnosis()]])
  const services = [{ name, port: 80, healthPath: '/health' }]
  const failure = failureOf({ ...pastDeadline, edges: [edge('m1', 0, { lastCheck: 'HTTP 500' })], diagnoses, services })
  assert.equal(failure.code, 'health_check_failed')
  assert.match(failure.message, /GET \/health on port 80.*HTTP 500/)
})

test('what fits nowhere fails as that at the deadline', () => {
  const message = 'no suitable node (insufficient resources on 1 node)'
  const instances = [instance('a', { state: 'pending', machineId: null, message })]
  assert.equal(failureOf({ ...pastDeadline, stage: 'start', instances }).code, 'does_not_fit')
})

test('after the switch it is done only when each edge was seen to answer from the new instances', () => {
  const drain = { stage: 'drain' as const, edges: [edge('m1', 2), edge('m2', 2)] }
  assert.equal(planDeployment(facts(drain)).kind, 'probe')
  const half = [{ machine: 'm1', backend: name }]
  assert.equal(planDeployment(facts({ ...drain, probes: [...half, { machine: 'm2', backend: null }] })).kind, 'probe')
  assert.equal(planDeployment(facts({ ...drain, probes: [...half, { machine: 'm2', backend: name }] })).kind, 'finish')
})

test('a route that leads elsewhere after the switch is taken back', () => {
  const decision = planDeployment(facts({ stage: 'drain', stageStartedAtMs: 0 }))
  assert.equal(decision.kind, 'take_back')
})

test('the old instances stay while they serve requests, but not for ever', () => {
  const drain = {
    stage: 'drain' as const,
    edges: [edge('m1', 2, { inFlight: 3 })],
    probes: [{ machine: 'm1', backend: name }],
  }
  assert.deepEqual(planDeployment(facts(drain)), {
    kind: 'wait',
    detail: '3 requests being finished by the old instances',
  })
  assert.equal(planDeployment(facts({ ...drain, stageStartedAtMs: 0 })).kind, 'finish')
})

test('an app without a port is up when its instances run', () => {
  const services = [{ name, port: undefined, healthPath: null }]
  const worker = { services, face: undefined, edges: [edge('m1', 0)] }
  assert.equal(planDeployment(facts(worker)).kind, 'advance')
  assert.equal(planDeployment(facts({ ...worker, instances: [instance('a')] })).kind, 'wait')
})
