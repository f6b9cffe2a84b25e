import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Backend, EdgeTruth, RouteTable, ServiceAddresses } from '@berth/contract'
import { aService, machineEngine, swarmEngine } from '@berth/engine'
import { type Edge, openEdge } from '../packages/agent/src/edge/edge.ts'
import { edgeFiles } from '../packages/agent/src/edge/edge-files.ts'
import { parseStat } from '../packages/agent/src/edge/haproxy-answers.ts'
import { askHaproxy } from '../packages/agent/src/edge/haproxy-socket.ts'
import { type ToldInstances, toldInstances } from '../packages/agent/src/truth/told-instances.ts'
import { serviceAddresses } from '../packages/server/src/truth/service-addresses.ts'
import { startLoad } from './load.ts'
import { createMachine, type Machine, removeMachines } from './machine.ts'

const runId = randomUUID().slice(0, 8)
const network = 'berth-project-truth'
const appImage = 'node:26-bookworm-slim'
const images = ['haproxy:3.2', appImage]
const appSource = readFileSync(join(import.meta.dirname, 'edge/app.cjs'), 'utf8')
const log = {
  debug() {},
  info: (event: string, fields?: object) => event.startsWith('edge_') && console.log(event, JSON.stringify(fields)),
  warn() {},
  error: (event: string, fields?: object) => console.error(event, fields),
}

/** A machine with the agent's half that drives its edge, which this test plays. */
type Place = {
  machine: Machine
  folder: string
  told: ToldInstances
  /** How often the machine stood still, as its agent notices: this test is not frozen with it. */
  lapses: { times: number }
  edge: Edge
  isCutOff: boolean
}

const shop = 'shop-web-r1'
const blog = 'blog-web-r1'
const backend = (name: string): Backend => ({
  ...{ name, network, port: 3000, healthPath: '/', replayUnsafeRequests: true, slots: 16 },
})
const table: RouteTable = {
  backends: [backend(blog), backend(shop)],
  routes: [
    { host: 'blog.localhost', app: 'blog', backend: blog },
    { host: 'shop.localhost', app: 'shop', backend: shop },
  ],
}

let manager: Place
let worker: Place
const places = () => [manager, worker]
const stop = new AbortController()
let telling: Promise<void>
/** Words that are told beside the cluster's own. */
const invented = new Map<string, string[]>()

before(async () => {
  const first = await createMachine({ name: 'truth1', runId, images })
  const second = await createMachine({ name: 'truth2', runId, images })
  await first.docker.swarmInit({
    ...{ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: first.address },
    Spec: { Name: 'default', Dispatcher: { HeartbeatPeriod: 1_000_000_000 } }, // As in a cluster of several machines.
  })
  const { JoinTokens } = await first.docker.swarmInspect()
  await second.docker.swarmJoin({
    ...{ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: second.address },
    ...{ RemoteAddrs: [`${first.address}:2377`], JoinToken: JoinTokens.Worker },
  })
  for (const Name of ['berth-system', network]) {
    await first.docker.createNetwork({ Name, Driver: 'overlay', Attachable: true, Labels: { 'berth.role': 'network' } })
  }
  for (const name of [shop, blog]) await startApp(first, name)
  ;[manager, worker] = await Promise.all([placeOn(first), placeOn(second)])
  telling = tellUntil(stop.signal)
  await Promise.all(places().map(({ edge }) => edge.apply(table)))
  for (const place of places()) await untilRight(place)
})

after(async () => {
  stop.abort()
  await telling
  await Promise.all(places().map((place) => place?.edge.close()))
  await removeMachines(runId)
})

async function placeOn(machine: Machine): Promise<Place> {
  const folder = join(dirname(machine.socketPath), 'edge')
  mkdirSync(folder)
  const DriverOpts = { type: 'none', o: 'bind', device: '/run/docker-host/edge' }
  await machine.docker.createVolume({ Name: 'berth-edge', Driver: 'local', DriverOpts })
  const told = toldInstances(() => performance.now())
  const lapses = { times: 0 }
  return { machine, folder, told, lapses, edge: await open({ machine, folder, told, lapses }), isCutOff: false }
}

const open = ({ machine, folder, told, lapses }: Pick<Place, 'machine' | 'folder' | 'told' | 'lapses'>) =>
  openEdge({
    engine: machineEngine({ docker: machine.docker }),
    folder,
    config: { domain: 'localhost', httpPort: 80, edgeImage: 'haproxy:3.2', machineAddress: machine.address },
    told,
    lapses: { count: () => lapses.times, onLapse: () => () => {} },
    log,
  })

async function startApp({ docker }: Machine, name: string) {
  const [app = '', service = ''] = name.split('-')
  const ofShop = { name, app, service, network, image: appImage, env: { VERSION: name }, replicas: 4 }
  await swarmEngine({ docker }).createService(aService({ ...ofShop, command: ['node', '-e', appSource] }))
}

/** As a server does, to all who can hear it. */
async function tellUntil(signal: AbortSignal) {
  const engine = swarmEngine({ docker: manager.machine.docker })
  while (!signal.aborted) {
    const state = await engine.observe().catch(() => undefined)
    const services = state ? [...serviceAddresses(state).values()].map(withInvented) : []
    for (const { told, isCutOff } of places()) {
      if (state && !isCutOff) told.hear({ isWhole: true, services, gone: [] })
    }
    await delay(1_000, undefined, { signal }).catch(() => undefined)
  }
}

const withInvented = (one: ServiceAddresses): ServiceAddresses => ({
  ...one,
  running: [...one.running, ...(invented.get(one.service) ?? [])],
})

const ask = ({ folder }: Place, command: string) => askHaproxy(edgeFiles(folder).adminSocket, command)
const sorted = (addresses: readonly string[]) => [...addresses].sort().join(' ')

async function servedBy(place: Place, name: string) {
  const rows = parseStat(await ask(place, 'show stat -1 4 -1 no-maint'))
  const open = rows.filter(({ backend: of, address, status }) => of === name && address && !status.startsWith('DRAIN'))
  return open.map(({ address, status }) => ({ address: address.replace(/:\d+$/, ''), isUp: status.startsWith('UP') }))
}

async function resolvedBy({ machine }: Place, name: string) {
  const engine = machineEngine({ docker: machine.docker })
  const { output } = await engine.execInContainer('berth-edge', ['getent', 'ahostsv4', name])
  return [...new Set(output.split('\n').flatMap((line) => /^(\d[\d.]+)\s/.exec(line)?.[1] ?? []))]
}

async function eventually(what: string, isTrue: () => Promise<string | true> | string | true, forMs = 40_000) {
  const deadline = performance.now() + forMs
  for (;;) {
    const answer = await isTrue()
    if (answer === true) return
    if (performance.now() > deadline) assert.fail(`never ${what}: ${answer}`)
    await delay(200)
  }
}

/** The edge serves exactly the instances that run, four of each app, all of them up. */
const untilRight = (place: Place, forMs?: number) =>
  eventually(
    `right on ${place.machine.name}`,
    async () => {
      for (const name of [shop, blog]) {
        const running = place.told.services()?.get(name)?.running ?? []
        const served = await servedBy(place, name)
        if (running.length !== 4) return `${name}: ${running.length} run`
        if (sorted(served.map(({ address }) => address)) !== sorted(running) || served.some(({ isUp }) => !isUp)) {
          return `${name}: ${JSON.stringify(served)} for ${running.join(' ')}`
        }
      }
      return true
    },
    forMs,
  )

const truthOf = ({ edge }: Place): EdgeTruth => edge.status().truth ?? assert.fail('nothing was compared')

function get({ machine }: Place, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: machine.address, port: 80, agent: false, headers: { host }, timeout: 15_000 })
    sent.once('timeout', () => sent.destroy(new Error('No answer in 15 s')))
    sent.once('error', reject)
    sent.once('response', async (response) => {
      let body = ''
      for await (const chunk of response.setEncoding('utf8')) body += chunk
      resolve({ status: response.statusCode ?? 0, body })
    })
    sent.end()
  })
}

const loadWorkers = { keepAliveWorkers: 4, newConnectionWorkers: 2 }

/** Ways in which a machine goes, and how it comes back. */
const outages: Record<string, { go(): Promise<void>; comeBack(): Promise<void> }> = {
  'its network was cut': { go: () => worker.machine.disconnect(), comeBack: () => worker.machine.connect() },
  'its network was cut once more': { go: () => worker.machine.disconnect(), comeBack: () => worker.machine.connect() },
  'its power failed': {
    async go() {
      await worker.edge.close() // Its agent dies with it.
      await worker.machine.kill()
    },
    async comeBack() {
      await worker.machine.start()
      worker.edge = await open(worker)
      await worker.edge.apply(table)
    },
  },
}

for (const [what, { go, comeBack }] of Object.entries(outages)) {
  test(`a machine is away for 15 seconds as ${what}: visitors lose at most what was in flight there, and nothing is left of it`, {
    timeout: 150_000,
  }, async () => {
    for (const name of [shop, blog]) await spread(name)
    const load = startLoad({ address: manager.machine.address, port: 80, host: 'shop.localhost', ...loadWorkers })
    await delay(1_000)
    worker.isCutOff = true
    await go()
    await delay(15_000)
    await comeBack()
    worker.isCutOff = false
    const backAtMs = performance.now()
    // Engines themselves take up to a minute to reach what was started meanwhile.
    for (const place of places()) await untilRight(place, 70_000)
    const rightMs = Math.round(performance.now() - backAtMs)
    const { requests, failures, failedForMs, maxMs, bodies } = await load.stop()
    if (failures.length > 0) console.log(await edgeLog(manager))
    console.log(
      `${what}: right ${rightMs} ms after; ${requests} requests, ${failures.length} failed within ${Math.round(failedForMs)} ms, longest ${Math.round(maxMs)} ms`,
      failures.slice(0, 3),
    )
    assert.deepEqual([...bodies.keys()], [shop])
    assert.ok(failures.length <= loadWorkers.keepAliveWorkers + loadWorkers.newConnectionWorkers)
    await eventually('nothing differs', () => {
      const found = places().map(({ edge }) => edge.status().truth)
      return found.every((truth) => truth?.isInformed && truth.missing + truth.ghosts === 0) || JSON.stringify(found)
    })
    for (const place of places()) console.log(await describeNames(place))
  })
}

/** Why it failed: which instances the edge saw come and go. */
async function edgeLog({ machine }: Place) {
  const edge = machine.docker.getContainer('berth-edge')
  return `${await edge.logs({ stdout: true, stderr: true, tail: 100, timestamps: true })}`
}

/** The cluster leaves instances where they are; more and then fewer of them go to where there are fewest. */
async function spread(name: string) {
  for (const replicas of [8, 4]) {
    const service = manager.machine.docker.getService(name)
    const { Spec, Version } = await service.inspect()
    await service.update({ version: Version.Index, ...Spec, Mode: { Replicated: { Replicas: replicas } } })
    await eventually(`${replicas} run`, () => {
      const { running = [], passing = [] } = manager.told.services()?.get(name) ?? {}
      return (running.length === replicas && passing.length === 0) || `${running.length} and ${passing.length}`
    })
  }
  for (const place of places()) await untilRight(place)
}

/** DNS may still be wrong where the edge is right. */
async function describeNames(place: Place) {
  const running = place.told.services()?.get(shop)?.running ?? []
  const resolved = await resolvedBy(place, shop)
  const isSame = sorted(resolved) === sorted(running)
  return `DNS of ${place.machine.name} is ${isSame ? 'right' : `${sorted(resolved)} for ${sorted(running)}`}; ${JSON.stringify(truthOf(place).repairs)}`
}

test('an address of another app is closed, and the app’s own go on', { timeout: 40_000 }, async () => {
  const stray = manager.told.services()?.get(blog)?.running[0] ?? ''
  const before = truthOf(manager).repairs.closed
  await ask(
    manager,
    `add server ${shop}/stray ${stray}:3000 check; enable health ${shop}/stray; set server ${shop}/stray state ready`,
  )
  await eventually(
    'is closed',
    () => truthOf(manager).repairs.closed === before + 1 || JSON.stringify(truthOf(manager)),
  )
  for (let count = 0; count < 20; count++) assert.equal((await get(manager, 'shop.localhost')).body, shop)
  await ask(manager, `del server ${shop}/stray`)
  await untilRight(manager)
})

test('an instance whose place someone closed gets requests again', { timeout: 40_000 }, async () => {
  const before = truthOf(worker).repairs.reopened
  await ask(worker, `set server ${shop}/i1 state maint; set server ${shop}/i2 state drain`)
  await eventually('is opened', () => truthOf(worker).repairs.reopened >= before + 2 || JSON.stringify(truthOf(worker)))
  await untilRight(worker)
})

test('an instance that DNS does not give is served by its address, over a reload, and until it is one no more', {
  timeout: 60_000,
}, async () => {
  const hidden = await startHidden()
  invented.set(shop, [hidden.address])
  const serves = async () =>
    (await servedBy(manager, shop)).some(({ address, isUp }) => isUp && address === hidden.address)
  await eventually('is served', async () => (await serves()) || JSON.stringify(truthOf(manager)))
  assert.equal(truthOf(manager).repairs.added, 1)
  await manager.edge.apply({ ...table, backends: [...table.backends, backend('other-web-r1')] })
  await eventually('is served after a reload', async () => (await serves()) || JSON.stringify(truthOf(manager)), 8_000)
  invented.clear()
  await untilRight(manager)
  await hidden.remove()
  await manager.edge.apply(table)
})

/** Runs the app on the project's network, where no service's name leads to it. */
async function startHidden() {
  const container = await manager.machine.docker.createContainer({
    Image: appImage,
    Cmd: ['node', '-e', appSource],
    Env: [`VERSION=${shop}`],
    HostConfig: { NetworkMode: network },
  })
  await container.start()
  const { NetworkSettings } = await container.inspect()
  const address = NetworkSettings.Networks[network]?.IPAddress ?? assert.fail('no address')
  return { address, remove: () => container.remove({ force: true }) }
}

test('an edge that starts serves apps once its agent has heard of the routes', { timeout: 60_000 }, async () => {
  await worker.edge.close()
  await worker.machine.docker.getContainer('berth-edge').restart({ t: 1 })
  worker.edge = await open(worker)
  const early = await waitingAt(worker)
  await worker.edge.apply({ ...table, backends: [...table.backends, backend('other-web-r1')] }) // By a reload.
  assert.deepEqual(await early.answer, { status: 200, body: shop })
  await worker.edge.apply(table)
})

test('an edge that stood still answers nobody before its agent has heard again', { timeout: 60_000 }, async () => {
  await worker.machine.pause()
  await delay(7_000)
  worker.lapses.times += 1
  const first = get(worker, 'shop.localhost')
  await worker.machine.unpause()
  const early = await waitingAt(worker)
  await worker.edge.apply(table)
  assert.deepEqual(
    [await first, await early.answer],
    [
      { status: 200, body: shop },
      { status: 200, body: shop },
    ],
  )
  await untilRight(worker)
})

test('an edge that is cut off lets visitors wait from the first moment of its return until it knows the routes', {
  timeout: 60_000,
}, async () => {
  worker.edge.setReach('silent')
  await eventually('is closed', async () => {
    const rows = parseStat(await ask(worker, 'show stat berth-door 4 -1'))
    return rows.some(({ status }) => status.startsWith('DOWN')) || JSON.stringify(rows)
  })
  const early = await waitingAt(worker)
  worker.edge.setReach('linked')
  await worker.edge.apply(table)
  assert.deepEqual(await early.answer, { status: 200, body: shop })
})

test('visitors of an edge that is not cut off are served while no server lives', { timeout: 60_000 }, async () => {
  const load = startLoad({ address: worker.machine.address, port: 80, host: 'shop.localhost', ...loadWorkers })
  worker.edge.setReach('silent')
  await delay(5_000)
  const { failures, maxMs } = await load.stop()
  console.log(`longest ${Math.round(maxMs)} ms`)
  assert.deepEqual(failures, [])
  worker.edge.setReach('linked')
})

/** A request that is held, and not answered. In an object, as it would be waited for otherwise. */
async function waitingAt(place: Place) {
  const before = await webRequests(place)
  let isAnswered = false
  const answer = get(place, 'shop.localhost').finally(() => {
    isAnswered = true
  })
  await eventually('is at the edge', async () => (await webRequests(place)) > before || 'it is not')
  assert.equal(isAnswered, false)
  return { answer }
}

async function webRequests(place: Place) {
  const [web] = parseStat(await ask(place, 'show stat web 1 -1'))
  return web?.requestsTotal ?? 0
}

test('an edge that starts while nobody can tell it serves what it remembers after ten seconds', {
  timeout: 60_000,
}, async () => {
  await worker.edge.close()
  await worker.machine.docker.getContainer('berth-edge').restart({ t: 1 })
  const startMs = performance.now()
  await eventually('runs', () => webRequests(worker).then(() => true as const, String))
  const early = await waitingAt(worker)
  await eventually(
    'is served',
    async () => {
      const { status } = await get(worker, 'shop.localhost')
      return status === 200 || `${status}`
    },
    20_000,
  )
  console.log(
    `open after ${Math.round(performance.now() - startMs)} ms; who came first was told ${(await early.answer).status}`,
  )
  worker.edge = await open(worker)
})
