import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { desiredInstallation, type InstallationInput, specHashOf } from './desired-installation.ts'
import { type ObservedInstallation, planInstall } from './install-plan.ts'

const input: InstallationInput = {
  machine: { nodeId: 'n1', name: 'm1', address: '192.0.2.2', engineFolder: '/var/lib/docker' },
  secrets: {
    ca: { certPem: 'cert', keyPem: 'key' },
    bootstrap: { adminEmail: 'admin@berth.localhost', adminPassword: 'p', apiToken: 't' },
    databaseUrl: undefined,
  },
  domain: 'localhost',
  httpPort: 80,
  version: '0.1.0+abc',
  images: { berth: '127.0.0.1:5000/berth:abc', registry: 'registry:2' },
}
const desired = desiredInstallation(input)
const nothing: ObservedInstallation = { networks: [], volumes: [], secrets: [], services: [], agent: undefined }
const named = (name: string) => ({ name, id: `id-${name}`, isOurs: true })
const agent = { ...named('berth-agent'), specHash: specHashOf(desired.agent), isRunning: true, hasValidIdentity: true }
const installed: ObservedInstallation = {
  networks: desired.networks.map(({ name }) => named(name)),
  volumes: desired.volumes.map(named),
  secrets: desired.secrets.map(({ name }) => named(name)),
  services: desired.services.map((service) => ({ ...named(service.name), specHash: specHashOf(service), version: 7 })),
  agent,
}
const kinds = (observed: ObservedInstallation, wanted = desired) =>
  planInstall(wanted, observed).map(({ kind }) => kind)

test('an engine without Berth gets everything, what others need first', () => {
  assert.deepEqual(
    [...new Set(kinds(nothing))],
    ['createNetwork', 'createVolume', 'createSecret', 'createService', 'createAgent', 'issueIdentity', 'startAgent'],
  )
})

test('a second run changes nothing that is right', () => {
  assert.deepEqual(planInstall(desired, installed), [])
})

test('an agent that was removed comes back with a new certificate', () => {
  assert.deepEqual(kinds({ ...installed, agent: undefined }), ['createAgent', 'issueIdentity', 'startAgent'])
})

test('an agent that was stopped is started', () => {
  assert.deepEqual(kinds({ ...installed, agent: { ...agent, isRunning: false } }), ['startAgent'])
})

test('an agent of another image is made anew and keeps its certificate', () => {
  const former = { ...agent, specHash: 'former' }
  assert.deepEqual(kinds({ ...installed, agent: former }), ['removeAgent', 'createAgent', 'startAgent'])
})

test('a certificate that is missing or ends soon is replaced while the agent is stopped', () => {
  const expiring = { ...agent, hasValidIdentity: false }
  assert.deepEqual(kinds({ ...installed, agent: expiring }), ['stopAgent', 'issueIdentity', 'startAgent'])
})

test('a service that was removed is made, and one that differs is changed from the version that was seen', () => {
  const services = installed.services.slice(0, 1).map((service) => ({ ...service, specHash: 'other' }))
  const plan = planInstall(desired, { ...installed, services })
  assert.deepEqual(
    plan.map((step) => [step.kind, 'service' in step && step.service.name, 'fromVersion' in step && step.fromVersion]),
    [
      ['updateService', 'berth-registry', 7],
      ['createService', 'berth-server', false],
    ],
  )
})

test('a new secret changes its service before the former secret goes', () => {
  const changed = desiredInstallation({
    ...input,
    secrets: { ...input.secrets, ca: { certPem: 'new', keyPem: 'key' } },
  })
  assert.deepEqual(kinds(installed, changed), ['createSecret', 'updateService', 'removeSecret'])
})

test('another http port changes the server and the agent but not the registry', () => {
  const moved = desiredInstallation({ ...input, httpPort: 8080 })
  assert.deepEqual(kinds(installed, moved), ['updateService', 'removeAgent', 'createAgent', 'startAgent'])
})

test('things with our names but without our label end it before anything is changed', () => {
  const volumes = [{ ...named('berth-server'), isOurs: false }]
  const networks = [{ ...named('berth-edge'), isOurs: false }]
  assert.throws(
    () => planInstall(desired, { ...nothing, volumes, networks }),
    (error: unknown) =>
      error instanceof PlatformError &&
      error.code === 'conflict' &&
      /network berth-edge, volume berth-server/.test(error.message),
  )
})

test('foreign things with other names are nobody’s business', () => {
  const networks = [...installed.networks, { ...named('berth-like'), isOurs: false }]
  assert.deepEqual(kinds({ ...installed, networks }), [])
})

test('with a database elsewhere any manager can run the server, and agents ask the engine where that is', () => {
  const secrets = { ...input.secrets, databaseUrl: 'postgres://berth@db.example.org/berth' }
  const elsewhere = desiredInstallation({ ...input, secrets })
  const placeOf = ({ services }: typeof desired) => services.map(({ name, nodeId }) => [name, nodeId])
  assert.deepEqual(placeOf(desired), [
    ['berth-registry', 'n1'],
    ['berth-server', 'n1'],
  ])
  assert.deepEqual(placeOf(elsewhere), [
    ['berth-registry', 'n1'],
    ['berth-server', null],
  ])
  assert.equal('BERTH_SERVERS' in elsewhere.agent.env, false)
})
