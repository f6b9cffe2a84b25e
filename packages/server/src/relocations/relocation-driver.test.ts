import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { aMachine } from '@berth/engine'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { isActive } from '../deployments/deployment-progress.ts'
import { playedMachine, startServer } from '../deployments/test-cluster.ts'
import { rebalanceSteps } from '../rebalance/rebalance-progress.ts'
import { applyChange, defaultService } from '../releases/service-change.ts'
import { relocationFacts } from './relocation-facts.ts'
import { isActiveRelocation, type RelocationRow } from './relocation-row.ts'

const web = { ...defaultService, image: 'web:1', port: 80 }
const asked = { requestedBy: 'ann', deadlineMs: 60_000 }
const patiently = { timeout: 30_000 }
const two = { machineId: 'machine-2', machine: 'm2' }

const machinesNamed = (...names: string[]) =>
  names.map((name, i) => aMachine({ id: `machine-${name.slice(1)}`, name, role: i === 0 ? 'manager' : 'worker' }))

async function setUp(t: TestContext, machines = machinesNamed('m1', 'm2', 'm3')) {
  const cluster = playedMachine(machines)
  for (const tag of ['1', '2']) cluster.fake.images.set(`web:${tag}`, `sha256:${tag.repeat(64)}`)
  const storeDeps = await openForTest(t, await onSqlite.place(t), Date.now)
  const start = () => {
    const server = startServer(storeDeps, cluster)
    t.after(server.kill)
    return server
  }
  return { ...cluster, start, storeDeps }
}
type Server = ReturnType<typeof startServer>
type World = Awaited<ReturnType<typeof setUp>>

const eventually = async (isTrue: () => boolean | Promise<boolean>) => {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function deploy(server: Server, app: string, replicas: number) {
  const { deployment } = await server.apps.createWithDeployment({
    app: { name: app, project: 'default', replicas },
    deployment: { services: [web], ...asked },
  })
  server.changes.notify()
  await eventually(async () => !isActive(await server.deployments.get(app, deployment.id)))
}

async function ended(server: Server, id: string): Promise<RelocationRow> {
  await eventually(async () => !isActiveRelocation(await server.relocations.get(id)))
  return server.relocations.get(id)
}

async function drain(server: Server, machine = two, isForced = false) {
  const { row } = await server.relocations.requestDrain({ ...machine, isForced, requestedBy: 'ann' })
  server.changes.notify()
  return row.id
}

const runningOf = (world: World, serviceName: string) =>
  world.fake.instances(serviceName).filter(({ state }) => state === 'running')
const placesOf = (world: World, serviceName: string) =>
  runningOf(world, serviceName)
    .map(({ machineId }) => machineId?.slice(-1))
    .toSorted()
    .join('')
const machineOf = async (world: World, id = 'machine-2') =>
  (await world.engine.observe()).machines.find((machine) => machine.id === id)

/** Fails when ever fewer than `least` instances run, or when one was ended for being where it may not be. */
function watchAvailability(t: TestContext, world: World, serviceName: string, least: number) {
  const seen = { fewest: Number.POSITIVE_INFINITY, evictions: 0 }
  const watch = setInterval(() => {
    const instances = world.fake.instances(serviceName)
    seen.fewest = Math.min(seen.fewest, instances.filter(({ state }) => state === 'running').length)
    seen.evictions += instances.filter(({ message }) => message?.includes('constraints')).length
  }, 1)
  t.after(() => clearInterval(watch))
  return () =>
    assert.deepEqual({ isEnough: seen.fewest >= least, evictions: seen.evictions }, { isEnough: true, evictions: 0 })
}

test('a drain moves everything off its machine, and at no time fewer instances run', patiently, async (t) => {
  const world = await setUp(t)
  const server = world.start()
  await deploy(server, 'shop', 3)
  await deploy(server, 'blog', 1)
  assert.equal(placesOf(world, 'shop-web-r1'), '123')
  const checks = [watchAvailability(t, world, 'shop-web-r1', 3), watchAvailability(t, world, 'blog-web-r1', 1)]
  const row = await ended(server, await drain(server))
  assert.deepEqual([row.state, row.failure], ['succeeded', null])
  assert.equal(runningOf(world, 'shop-web-r1').length, 3)
  assert.ok(!/2/.test(placesOf(world, 'shop-web-r1') + placesOf(world, 'blog-web-r1')))
  for (const check of checks) check()
  await eventually(async () => (await machineOf(world))?.availability === 'drain')
})

test(
  'an activated machine is active once nothing avoids it any more, and nothing is restarted',
  patiently,
  async (t) => {
    const world = await setUp(t)
    const server = world.start()
    await deploy(server, 'shop', 3)
    await ended(server, await drain(server))
    const before = runningOf(world, 'shop-web-r1').map(({ id }) => id)
    await server.relocations.activate(two, 'activated')
    server.changes.notify()
    await eventually(async () => (await machineOf(world))?.availability === 'active')
    assert.deepEqual(
      [...world.fake.services.values()].map(({ desired }) => desired.avoids),
      [[]],
    )
    assert.deepEqual(
      runningOf(world, 'shop-web-r1').map(({ id }) => id),
      before,
    )
    await eventually(async () => (await server.relocations.read()).drains.length === 0)
  },
)

test('a cancelled drain leaves what moved where it is, and the machine takes instances again', patiently, async (t) => {
  const world = await setUp(t)
  const server = world.start()
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((app) => deploy(server, app, 3)))
  const check = watchAvailability(t, world, 'g-web-r1', 3)
  const id = await drain(server)
  await eventually(async () => (await server.relocations.get(id)).steps.some(({ phase }) => phase === 'done'))
  await server.relocations.cancel(id, 'changed my mind')
  server.changes.notify()
  await eventually(async () => (await machineOf(world))?.availability === 'active')
  await eventually(() => [...world.fake.services.values()].every(({ desired }) => desired.replicas === 3))
  assert.equal((await server.relocations.get(id)).state, 'cancelled')
  check()
})

test('a server killed at any moment is followed by one that ends the drain', patiently, async (t) => {
  const world = await setUp(t)
  let server = world.start()
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((app) => deploy(server, app, 3)))
  const check = watchAvailability(t, world, 'a-web-r1', 3)
  const id = await drain(server)
  const seen = new Set<string>()
  for (;;) {
    const { state, steps } = await server.relocations.get(id)
    if (state === 'succeeded') break
    const now = `${state} ${steps.map(({ phase }) => phase).join(' ')}`
    if (!seen.has(now)) {
      seen.add(now)
      await server.kill()
      server = world.start()
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.ok(seen.size > 3, [...seen].join('; '))
  check()
  for (const app of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await eventually(() => runningOf(world, `${app}-web-r1`).length === 3)
    assert.ok(!placesOf(world, `${app}-web-r1`).includes('2'))
  }
})

test('drains of two machines are made one after the other, and asking twice is asking once', patiently, async (t) => {
  const world = await setUp(t)
  const server = world.start()
  await deploy(server, 'shop', 3)
  const [first, again, second] = [
    await drain(server),
    await drain(server),
    await drain(server, { machineId: 'machine-3', machine: 'm3' }),
  ]
  assert.equal(first, again)
  const both = async () => Promise.all([first, second].map((id) => server.relocations.get(id)))
  await eventually(async () => {
    const rows = await both()
    assert.ok(rows.filter(({ state }) => state === 'running').length <= 1)
    return rows.every((row) => !isActiveRelocation(row))
  })
  assert.deepEqual(
    (await both()).map(({ state }) => state),
    ['succeeded', 'succeeded'],
  )
  assert.equal(placesOf(world, 'shop-web-r1'), '111')
})

test('an app that is being deployed is moved by its deployment, which avoids the machine', patiently, async (t) => {
  const world = await setUp(t)
  const server = world.start()
  await deploy(server, 'shop', 3)
  world.world.pullMs = 300
  const services = [applyChange(web, { image: 'web:2' })]
  const deployment = await server.deployments.add({ ...asked, app: 'shop', kind: 'deploy', services })
  server.changes.notify()
  const id = await drain(server)
  await eventually(
    async () => (await server.relocations.get(id)).steps[0]?.words === 'waits for the deployment of shop',
  )
  const row = await ended(server, id)
  assert.equal(row.state, 'succeeded')
  assert.equal((await server.deployments.get('shop', deployment.id)).state, 'succeeded')
  assert.ok(!placesOf(world, 'shop-web-r2').includes('2'))
  assert.equal(world.fake.services.get('shop-web-r2')?.desired.replicas, 3)
})

test('a deployment that begins in the middle of a drain succeeds, and so does the drain', patiently, async (t) => {
  const world = await setUp(t)
  const server = world.start()
  await deploy(server, 'shop', 3)
  const id = await drain(server)
  await eventually(async () => (await server.relocations.get(id)).steps[0]?.phase === 'surge')
  const services = [applyChange(web, { image: 'web:2' })]
  const deployment = await server.deployments.add({ ...asked, app: 'shop', kind: 'deploy', services })
  server.changes.notify()
  assert.equal((await ended(server, id)).state, 'succeeded')
  await eventually(async () => !isActive(await server.deployments.get('shop', deployment.id)))
  assert.equal((await server.deployments.get('shop', deployment.id)).state, 'succeeded')
  assert.ok(!placesOf(world, 'shop-web-r2').includes('2'))
})

test('a machine that dies while it is drained is drained', patiently, async (t) => {
  const world = await setUp(t)
  const server = world.start()
  await deploy(server, 'shop', 3)
  const id = await drain(server)
  await eventually(async () => (await server.relocations.get(id)).state === 'running')
  const { machines } = await world.engine.observe()
  world.fake.setMachines(machines.map((each) => (each.id === two.machineId ? { ...each, isReady: false } : each)))
  assert.equal((await ended(server, id)).state, 'succeeded')
  assert.ok(!placesOf(world, 'shop-web-r1').includes('2'))
})

test('a machine that holds a part of Berth stays paused and counts as drained', patiently, async (t) => {
  const [one, ...others] = machinesNamed('m1', 'm2', 'm3')
  const world = await setUp(t, [aMachine({ ...one, holds: ['server', 'registry'] }), ...others])
  const server = world.start()
  await deploy(server, 'shop', 3)
  const row = await ended(server, await drain(server, { machineId: 'machine-1', machine: 'm1' }))
  assert.equal(row.words, "1 service moved; paused only, as Berth's server and registry must stay there")
  assert.equal((await machineOf(world, 'machine-1'))?.availability, 'pause')
})

test('a rebalance spreads instances evenly after a machine came back', patiently, async (t) => {
  const world = await setUp(t, machinesNamed('m1', 'm2'))
  const server = world.start()
  await deploy(server, 'shop', 6)
  await deploy(server, 'blog', 1)
  await deploy(server, 'wiki', 1)
  const { machines } = await world.engine.observe()
  world.fake.setMachines([...machines, ...machinesNamed('m0', 'm3').slice(1)])
  const checks = [watchAvailability(t, world, 'shop-web-r1', 6), watchAvailability(t, world, 'blog-web-r1', 1)]
  await eventually(() => server.cluster.current()?.machines.length === 3)
  const state = await world.engine.observe()
  const wanted = await server.readWanted()
  const facts = relocationFacts({ wanted, state, edges: server.routes.edges(), nowMs: 0 })
  const { row } = await server.relocations.requestRebalance({ steps: rebalanceSteps(facts), requestedBy: 'ann' })
  server.changes.notify()
  const done = await ended(server, row.id)
  assert.deepEqual([done.state, done.failure], ['succeeded', null])
  assert.equal(placesOf(world, 'shop-web-r1'), '112233')
  for (const check of checks) check()
})
