import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { cordonMachine, explainPlacement, labelMachine, type MachineChoice } from '@berth/contract'
import { aMachine, aService, fakeEngine } from '@berth/engine'
import pino from 'pino'
import { Registry } from 'prom-client'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { startPlatform } from '../gate/test-platform.ts'
import { machineReader } from '../machines/machine-reader.ts'
import { releaseStore } from '../releases/release-store.ts'
import { defaultService } from '../releases/service-change.ts'
import { createPlacement } from './create-placement.ts'

const network = 'berth-project-default'
const placement = { on: { disk: 'ssd' }, spread: null }

/** Two machines, an admin who asks, and an app whose first release needs the label disk=ssd. */
async function setUp(t: TestContext) {
  const labels = { disk: 'ssd', zone: 'a' }
  const machines = [aMachine({ labels }), aMachine({ id: 'machine-2', name: 'm2', role: 'worker', isLeader: false })]
  const fake = fakeEngine({ machines, stepsByItself: false })
  const agents = { find: () => undefined, lastSeenAtMs: () => undefined } as unknown as AgentRegistry
  const cluster = { recent: fake.engine.observe, refresh: fake.engine.observe } as unknown as ClusterObserver
  const identities = { records: async () => new Map() }
  const platform = await startPlatform(t, {
    declared: [explainPlacement, cordonMachine, labelMachine],
    handlers: (stores) =>
      createPlacement({
        ...stores,
        releases: releaseStore(stores),
        deployments: deploymentStore(stores),
        engine: fake.engine,
        cluster,
        agents,
        machines: machineReader({ agents, drainOf: () => undefined, identities }),
        metrics: { registry: new Registry() },
        log: pino({ level: 'silent' }),
      }).handlers,
  })
  const deployments = deploymentStore(platform.stores)
  const service = { ...defaultService, image: 'web:1', placement }
  const { deployment } = await platform.stores.apps.createWithDeployment({
    app: { name: 'shop', project: 'default', replicas: 1 },
    mustHaveProject: false,
    deployment: { services: [service], requestedBy: 'ada', deadlineMs: 60_000 },
  })
  const release = async () => {
    await deployments.begin(deployment.id)
    await deployments.advance(deployment.id, 'resolve', 'release')
    await deployments.addRelease(deployment.id, [{ ...service, imageDigest: 'web@sha256:a' }])
    await fake.engine.ensureNetwork(network)
    await fake.engine.createService(aService({ placement, network }))
    for (let step = 0; step < 2; step += 1) fake.step()
  }
  const headers = { authorization: `Bearer ${await platform.addToken(null, {})}` }
  async function ask(method: 'GET' | 'PUT' | 'PATCH', url: string, payload?: object) {
    const answer = await platform.ask({ method, url, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() }
  }
  const activity = async () =>
    (await platform.stores.activity.list({ limit: 9, visible: 'everything' })).map(
      ({ kind, detail }) => `${kind} ${detail}`,
    )
  return { ask, release, activity }
}

const linesOf = ({ machines }: { machines: MachineChoice[] }) =>
  machines.map(({ machine, verdict, reasons }) => `${machine} ${verdict}: ${reasons.join('; ')}`)

test('an app is explained from its first release on, also while nothing of it serves', async (t) => {
  const { ask, release } = await setUp(t)
  const early = await ask('GET', '/v1/apps/shop/placement')
  assert.deepEqual([early.status, early.body.code], [404, 'release_not_found'])
  await release()
  const { body } = await ask('GET', '/v1/apps/shop/placement')
  const [service] = body.services
  assert.deepEqual(linesOf(service), [
    'm1 next: has the fewest instances: 1 of the service, 1 in all',
    'm2 excluded: has no label disk=ssd',
  ])
  assert.deepEqual([service.replicas, service.instances[0].machine], [1, 'm1'])
})

test('who cordoned a machine is told where it matters, and that it is over', async (t) => {
  const { ask, release, activity } = await setUp(t)
  await release()
  const cordoned = await ask('PUT', '/v1/machines/m1/cordon', { isCordoned: true })
  assert.deepEqual([cordoned.body.availability, cordoned.body.cordonReason], ['cordoned', 'person'])
  const [service] = (await ask('GET', '/v1/apps/shop/placement')).body.services
  assert.match(linesOf(service)[0] ?? '', /^m1 excluded: was cordoned by .+ since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/)
  const again = await ask('PUT', '/v1/machines/m1/cordon', { isCordoned: true })
  assert.equal(again.status, 200)
  assert.equal((await ask('PUT', '/v1/machines/m1/cordon', { isCordoned: false })).body.availability, 'active')
  assert.deepEqual(await activity(), ['machine_uncordoned m1', 'machine_cordoned m1'])
  assert.equal((await ask('PUT', '/v1/machines/none/cordon', { isCordoned: true })).body.code, 'machine_not_found')
})

test('a label that running instances need is taken away only by insisting', async (t) => {
  const { ask, release, activity } = await setUp(t)
  await release()
  const url = '/v1/machines/m1/labels'
  const refused = await ask('PATCH', url, { labels: { disk: null } })
  assert.deepEqual([refused.status, refused.body.code], [409, 'label_in_use'])
  assert.match(refused.body.detail, /shop \(web\) needs disk=ssd/)
  assert.deepEqual((await ask('PATCH', url, { labels: { zone: null, rack: '1' } })).body.labels, {
    disk: 'ssd',
    rack: '1',
  })
  assert.deepEqual((await ask('PATCH', url, { labels: { disk: null }, force: true })).body.labels, { rack: '1' })
  assert.deepEqual(await activity(), ['machine_labelled m1: disk-', 'machine_labelled m1: zone- rack=1'])
})
