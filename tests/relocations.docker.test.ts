import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ClusterState, type Engine, swarmEngine } from '@berth/engine'
import type { Edge } from '../packages/agent/src/edge/edge.ts'
import type { Database } from '../packages/server/src/database/database.ts'
import { openDatabase } from '../packages/server/src/database/open-database.ts'
import { startServer } from '../packages/server/src/deployments/test-cluster.ts'
import { rebalanceSteps } from '../packages/server/src/rebalance/rebalance-progress.ts'
import type { ReleaseService } from '../packages/server/src/releases/release-store.ts'
import { defaultService } from '../packages/server/src/releases/service-change.ts'
import { relocationFacts } from '../packages/server/src/relocations/relocation-facts.ts'
import { isActiveRelocation } from '../packages/server/src/relocations/relocation-row.ts'
import { calmly, startLoad } from './load.ts'
import { createMachine, type Machine, removeMachines } from './machine.ts'
import { agentsOf, edgeImage, openEdgeOn } from './relocations/edges.ts'

const runId = `relocations-${randomUUID().slice(0, 8)}`
const image = 'nginx:stable'
const folder = mkdtempSync(join(tmpdir(), 'berth-relocations-'))
const patiently = { timeout: 180_000 }

let machines: Machine[]
let edges: Edge[]
let engine: Engine
let database: Database
let server: ReturnType<typeof startServer>

before(async () => {
  const create = (name: string) => createMachine({ name, runId, images: [edgeImage, image] })
  machines = [await create('m1'), ...(await Promise.all(['m2', 'm3'].map(create)))]
  await formSwarm(machines)
  edges = await Promise.all(machines.map(openEdgeOn))
  const [first] = machines
  assert.ok(first)
  engine = swarmEngine({ docker: first.docker })
  database = await openDatabase({ databasePath: join(folder, 'berth.db') })
  const { machines: seen } = await engine.observe()
  const agents = agentsOf(machines.map(({ name }, i) => ({ name, id: idOf(seen, name), edge: edges[i] as Edge })))
  server = startServer({ database, newId: randomUUID, now: Date.now }, { engine, agents }, 200)
})

after(async () => {
  await server?.kill()
  await Promise.all(edges?.map((edge) => edge.close()) ?? [])
  await database?.close()
  await removeMachines(runId)
  rmSync(folder, { recursive: true })
})

async function formSwarm([first, ...others]: Machine[]) {
  assert.ok(first)
  await first.docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: first.address })
  const { JoinTokens } = await first.docker.swarmInspect()
  for (const { docker, address } of others) {
    const join = { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: address, RemoteAddrs: [`${first.address}:2377`] }
    await docker.swarmJoin({ ...join, JoinToken: JoinTokens.Worker })
  }
  await first.docker.createNetwork({ Name: 'berth-system', Driver: 'overlay', Attachable: true })
}

function idOf(seen: ClusterState['machines'], name: string): string {
  const found = seen.find((machine) => machine.name === name)
  assert.ok(found, `no machine ${name}`)
  return found.id
}

async function eventually(what: string, isTrue: () => Promise<boolean>) {
  const deadline = AbortSignal.timeout(60_000)
  while (!(await isTrue())) {
    if (deadline.aborted) assert.fail(`never: ${what}; ${JSON.stringify((await engine.observe()).instances, null, 1)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** As a deployment leaves it, without the registry that one needs. */
async function run(app: string, replicas: number, command: string[]) {
  const service: ReleaseService = { ...defaultService, image, imageDigest: image, port: 80, command }
  const { deployments, apps } = server
  const { deployment } = await apps.createWithDeployment({
    app: { name: app, project: 'default', replicas },
    deployment: { services: [service], requestedBy: 'ann', deadlineMs: 60_000 },
  })
  await deployments.advance(deployment.id, 'resolve', 'release')
  await deployments.addRelease(deployment.id, [service])
  for (const [from, to] of [['pull', 'start'] as const, ['start', 'check'] as const, ['check', 'switch'] as const]) {
    await deployments.advance(deployment.id, from, to)
  }
  await deployments.switchRoute(deployment.id)
  await deployments.finish(deployment.id, 'succeeded')
  server.changes.notify()
  const isUp = (edge: Edge) =>
    edge.status().backends.some(({ name, up }) => name === `${app}-web-r1` && up === replicas)
  await eventually(`${app} is up`, async () => edges.every(isUp))
}

async function instancesOf(app: string) {
  const { instances, machines: seen } = await engine.observe()
  return instances
    .filter((instance) => instance.app === app && instance.isWanted)
    .map(({ id, machineId }) => ({ id, machine: seen.find((machine) => machine.id === machineId)?.name }))
}
const placesOf = async (app: string) => (await instancesOf(app)).map(({ machine }) => machine).toSorted()
const machineNamed = async (name: string) => (await engine.observe()).machines.find((machine) => machine.name === name)

async function ended(id: string) {
  await eventually('it ends', async () => !isActiveRelocation(await server.relocations.get(id)))
  return server.relocations.get(id)
}

const nothingStops = async () => (await engine.observe()).instances.every(({ state }) => state !== 'stopping')

/** Through the edges of all machines, a little at a time, until what was moved has stopped. */
async function losesNothing(apps: string[], during: () => Promise<void>) {
  const light = { ...calmly, port: 80, keepAliveWorkers: 1, newConnectionWorkers: 1 }
  const loads = apps.flatMap((app) =>
    machines.map(({ address }) => startLoad({ ...light, address, host: `${app}.localhost` })),
  )
  try {
    await during()
    await eventually('all old ones are gone', nothingStops)
  } finally {
    const results = await Promise.all(loads.map((load) => load.stop()))
    const requests = results.reduce((sum, result) => sum + result.requests, 0)
    console.log(`${requests} requests, longest ${Math.round(Math.max(...results.map(({ maxMs }) => maxMs)))} ms`)
    assert.ok(requests > 100)
    assert.deepEqual(results.flatMap(({ failures }) => failures).slice(0, 5), [])
  }
}

const nginx = ['nginx', '-g', 'daemon off;']
const slowNginx = ['sh', '-c', 'sleep 4; exec nginx -g "daemon off;"']
const all = ['shop', 'slow', 'blog', 'wiki']
const idsOf = async () => (await Promise.all(all.map(instancesOf))).flat().map(({ id }) => id)

let drained: { machineId: string; machine: string }

test(
  'draining a machine loses no request, also of an app with one instance that is slow to start',
  patiently,
  async () => {
    await Promise.all([run('shop', 3, nginx), run('slow', 1, slowNginx)])
    const [only = ''] = await placesOf('slow')
    drained = { machine: only, machineId: (await machineNamed(only))?.id ?? '' }
    await losesNothing(['shop', 'slow'], async () => {
      const { row } = await server.relocations.requestDrain({ ...drained, isForced: false, requestedBy: 'ann' })
      server.changes.notify()
      const { state, failure } = await ended(row.id)
      assert.deepEqual([state, failure], ['succeeded', null])
    })
    const left = [...(await placesOf('shop')), ...(await placesOf('slow'))]
    assert.ok(left.length === 4 && !left.includes(only))
    await eventually('it is drained', async () => (await machineNamed(only))?.availability === 'drain')
  },
)

test('what is started meanwhile avoids it, and when it is activated nothing is restarted', patiently, async () => {
  await Promise.all([run('blog', 1, nginx), run('wiki', 1, nginx)])
  const before = await idsOf()
  await server.relocations.activate(drained, 'activated')
  server.changes.notify()
  await eventually('it is active', async () => (await machineNamed(drained.machine))?.availability === 'active')
  assert.ok((await engine.observe()).services.every(({ avoids }) => avoids.length === 0))
  assert.deepEqual(await idsOf(), before)
})

test('a rebalance after that spreads all evenly, loses no request and restarts nothing else', patiently, async () => {
  const before = new Set(await idsOf())
  await losesNothing(all, async () => {
    const [state, wanted] = [await engine.observe(), await server.readWanted()]
    const facts = relocationFacts({ wanted, state, edges: server.routes.edges(), nowMs: Date.now() })
    const asked = { steps: rebalanceSteps(facts), requestedBy: 'ann' }
    assert.deepEqual(
      asked.steps.map(({ way }) => way),
      ['spread', 'leave'],
    )
    const { row } = await server.relocations.requestRebalance(asked)
    server.changes.notify()
    const { state: end, failure } = await ended(row.id)
    assert.deepEqual([end, failure], ['succeeded', null])
  })
  assert.deepEqual(await placesOf('shop'), ['m1', 'm2', 'm3'])
  const places = (await Promise.all(all.map(placesOf))).flat().toSorted()
  assert.deepEqual(places, ['m1', 'm1', 'm2', 'm2', 'm3', 'm3'])
  assert.equal((await idsOf()).filter((id) => before.has(id)).length, 4)
})
