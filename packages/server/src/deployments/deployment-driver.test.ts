import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { deploymentStages } from '@berth/contract'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { applyChange, defaultService } from '../releases/service-change.ts'
import { isActive } from './deployment-progress.ts'
import type { DeploymentRow } from './deployment-row.ts'
import type { DeploymentStore } from './deployment-store.ts'
import { playedMachine, startServer } from './test-cluster.ts'

const web = { ...defaultService, image: 'web:1', port: 80 }
const asked = { requestedBy: 'ann', deadlineMs: 60_000 }
const patiently = { timeout: 20_000 }

async function setUp(t: TestContext) {
  const machine = playedMachine()
  for (const tag of ['1', '2']) machine.fake.images.set(`web:${tag}`, `sha256:${tag.repeat(64)}`)
  const storeDeps = await openForTest(t, await onSqlite.place(t), Date.now)
  const start = () => {
    const server = startServer(storeDeps, machine)
    t.after(server.kill)
    return server
  }
  return { ...machine, start }
}

async function ended(deployments: DeploymentStore, { app, id }: DeploymentRow): Promise<DeploymentRow> {
  for (;;) {
    const row = await deployments.get(app, id)
    if (!isActive(row)) return row
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const firstDeployment = async (server: ReturnType<typeof startServer>) => {
  const app = { name: 'shop', project: 'default', replicas: 2 }
  const { deployment } = await server.apps.createWithDeployment({ app, deployment: { services: [web], ...asked } })
  server.changes.notify()
  return deployment
}
const secondDeployment = async (server: ReturnType<typeof startServer>, change = {}, deadlineMs = asked.deadlineMs) => {
  const services = [applyChange(web, { image: 'web:2', ...change })]
  const row = await server.deployments.add({ ...asked, app: 'shop', kind: 'deploy', services, deadlineMs })
  server.changes.notify()
  return row
}

test('a first deployment goes through every stage, serves, and says when', async (t) => {
  const { start, fake, backendOf } = await setUp(t)
  const server = start()
  const row = await ended(server.deployments, await firstDeployment(server))
  assert.deepEqual([row.state, row.failure], ['succeeded', null])
  assert.deepEqual(
    row.steps.map(({ stage }) => stage),
    deploymentStages,
  )
  assert.ok(row.steps.every(({ state, startedAt, finishedAt }) => state === 'done' && startedAt && finishedAt))
  assert.equal(backendOf('shop.localhost'), 'shop-web-r1')
  assert.deepEqual([...fake.services.keys()], ['shop-web-r1'])
})

test('a second one takes the route over and the first release goes', async (t) => {
  const { start, fake, backendOf } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  const row = await ended(server.deployments, await secondDeployment(server))
  assert.equal(row.state, 'succeeded')
  assert.equal(backendOf('shop.localhost'), 'shop-web-r2')
  await t.waitFor(() => assert.deepEqual([...fake.services.keys()], ['shop-web-r2']), patiently)
})

for (const stage of deploymentStages) {
  test(`a server killed in stage ${stage} leaves a deployment that the next one brings to its end`, async (t) => {
    const { start, fake, backendOf } = await setUp(t)
    const first = start()
    await ended(first.deployments, await firstDeployment(first))
    const { id } = await secondDeployment(first)
    for (;;) {
      const row = await first.deployments.get('shop', id)
      if (row.stage === stage || !isActive(row)) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    await first.kill()
    const second = start()
    const row = await ended(second.deployments, await second.deployments.get('shop', id))
    assert.equal(row.state, 'succeeded')
    assert.equal(row.releaseVersion, 2)
    assert.equal(backendOf('shop.localhost'), 'shop-web-r2')
    await t.waitFor(() => assert.deepEqual([...fake.services.keys()], ['shop-web-r2']), patiently)
  })
}

test('a release that crashes fails with its reason, goes away, and never had the route', async (t) => {
  const { start, fake, backendOf, world } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  world.listeningPorts = []
  fake.failInstances('shop-web-r2', { exitCode: 3 })
  const row = await ended(server.deployments, await secondDeployment(server))
  assert.deepEqual([row.state, row.failure?.code], ['failed', 'exited'])
  assert.equal(backendOf('shop.localhost'), 'shop-web-r1')
  await t.waitFor(() => assert.deepEqual([...fake.services.keys()], ['shop-web-r1']), patiently)
})

test('how a deployment ended is recorded in the name of who asked for it', async (t) => {
  const { start, fake, world } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  world.listeningPorts = []
  fake.failInstances('shop-web-r2', { exitCode: 3 })
  const { failure } = await ended(server.deployments, await secondDeployment(server))
  const ends = async () =>
    (await server.activity.list({ limit: 10, visible: 'everything' })).map(({ actor, kind, app, project, detail }) => ({
      ...{ actor, kind, app, project, detail },
    }))
  const ann = { actor: 'ann', app: 'shop', project: 'default' }
  await t.waitFor(async () => {
    assert.deepEqual(await ends(), [
      { ...ann, kind: 'deployment_failed', detail: failure?.message },
      { ...ann, kind: 'deployment_succeeded', detail: 'v1' },
    ])
  }, patiently)
})

test('a port that nothing listens on fails at the deadline and names the one that is open', async (t) => {
  const { start, world } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  world.listeningPorts = [80, 3000]
  const row = await ended(server.deployments, await secondDeployment(server, { port: 8080 }, 500))
  assert.equal(row.failure?.code, 'port_not_listening')
  assert.match(row.failure?.message ?? '', /80, 3000/)
})

test('the time that it takes to pull the image does not count towards the deadline', async (t) => {
  const { start, world } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  world.pullMs = 1_000
  const row = await ended(server.deployments, await secondDeployment(server, {}, 900))
  assert.deepEqual([row.state, row.failure], ['succeeded', null])
})

test('an image that nobody has fails as that, before anything is started', async (t) => {
  const { start, fake } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  const row = await ended(server.deployments, await secondDeployment(server, { image: 'web:typo' }))
  assert.equal(row.failure?.code, 'image_not_found')
  assert.equal(row.releaseVersion, null)
  assert.deepEqual([...fake.services.keys()], ['shop-web-r1'])
})

test('what a release has in the cluster’s registry is tagged with its number; a registry that is down fails nothing', async (t) => {
  const server = (await setUp(t)).start()
  await ended(server.deployments, await firstDeployment(server))
  const image = `127.0.0.1:5000/shop@sha256:${'2'.repeat(64)}`
  const row = await ended(server.deployments, await secondDeployment(server, { image }))
  assert.deepEqual([row.state, server.tagged], ['succeeded', [`${image} v2`]])
})

test('a cancelled deployment stops where it is and its instances go', async (t) => {
  const { start, fake, backendOf, world } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  world.listeningPorts = []
  const { id } = await secondDeployment(server)
  await t.waitFor(() => assert.ok(fake.services.has('shop-web-r2')), patiently)
  await server.deployments.cancel(id, 'cancelled by ann')
  server.changes.notify()
  await t.waitFor(() => assert.deepEqual([...fake.services.keys()], ['shop-web-r1']), patiently)
  assert.equal(backendOf('shop.localhost'), 'shop-web-r1')
})

test('while the engine does not answer a deployment waits, and does not blame the app', async (t) => {
  const { start, fake } = await setUp(t)
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  const { PlatformError } = await import('@berth/contract')
  fake.outage.error = new PlatformError('engine_unavailable', 'The engine does not answer')
  const added = await secondDeployment(server)
  server.changes.notify()
  await t.waitFor(async () => {
    const { steps } = await server.deployments.get('shop', added.id)
    assert.ok(steps.some(({ detail }) => detail?.includes('waiting for the engine')))
  }, patiently)
  fake.outage.error = undefined
  assert.equal((await ended(server.deployments, added)).state, 'succeeded')
})

test('services that the database has never heard of are left alone', async (t) => {
  const { start, engine, fake } = await setUp(t)
  await engine.ensureNetwork('berth-project-default')
  const stranger = {
    app: 'older',
    service: 'web',
    deploymentId: 'gone',
    releaseVersion: 1,
    image: 'x@sha256:1',
    env: {},
  }
  await engine.createService({
    ...stranger,
    name: 'older-web-r1',
    network: 'berth-project-default',
    replicas: 1,
    avoids: [],
    resources: {},
    stopTimeoutMs: 1,
  })
  const server = start()
  await ended(server.deployments, await firstDeployment(server))
  assert.ok(fake.services.has('older-web-r1'))
})
