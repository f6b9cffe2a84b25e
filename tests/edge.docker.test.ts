import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Backend, BackendStatus, RouteTable } from '@berth/contract'
import { machineEngine } from '@berth/engine'
import type { CreateServiceOptions } from 'dockerode'
import { type Edge, openEdge } from '../packages/agent/src/edge/edge.ts'
import { edgeFiles } from '../packages/agent/src/edge/edge-files.ts'
import { parseProc, parseStat } from '../packages/agent/src/edge/haproxy-answers.ts'
import { askHaproxy } from '../packages/agent/src/edge/haproxy-socket.ts'
import { makeImage, pullImage, pushImage } from './edge/image-push.ts'
import { openWebSocket } from './edge/web-socket.ts'
import { startLoad } from './load.ts'
import { createMachine, type Machine, removeMachines } from './machine.ts'

const runId = randomUUID().slice(0, 8)
const network = 'berth-project-test'
const appImage = 'node:26-bookworm-slim'
const registryImage = 'registry:2'
const appHost = 'shop.localhost'
const appSource = readFileSync(join(import.meta.dirname, 'edge/app.cjs'), 'utf8')
const quiet = {
  debug() {},
  info() {},
  warn() {},
  error: (event: string, fields?: object) => console.error(event, fields),
}

let machine: Machine
let edge: Edge
let folder: string

before(async () => {
  machine = await createMachine({ name: 'edge', runId, images: ['haproxy:3.2', appImage, registryImage] })
  await machine.docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: machine.address })
  for (const Name of ['berth-system', network]) {
    await machine.docker.createNetwork({ Name, Driver: 'overlay', Attachable: true })
  }
  folder = await shareEdgeFolder()
  edge = await open()
})

after(async () => {
  await edge?.close()
  await removeMachines(runId)
})

/** The folder that agent and edge share, where this process can be the agent although it is not on the machine. */
async function shareEdgeFolder() {
  const shared = join(dirname(machine.socketPath), 'edge')
  mkdirSync(shared)
  const DriverOpts = { type: 'none', o: 'bind', device: '/run/docker-host/edge' }
  await machine.docker.createVolume({ Name: 'berth-edge', Driver: 'local', DriverOpts })
  return shared
}

const open = () =>
  openEdge({
    engine: machineEngine({ docker: machine.docker }),
    folder,
    config: { domain: 'localhost', httpPort: 80, edgeImage: 'haproxy:3.2', machineAddress: machine.address },
    log: quiet,
  })

const backend = (name: string, changes: Partial<Backend> = {}): Backend => ({
  name,
  network,
  port: 3000,
  healthPath: '/',
  replayUnsafeRequests: true,
  slots: 8,
  ...changes,
})

const table = (backends: Backend[], serving: string | null): RouteTable => ({
  backends,
  routes: [{ host: appHost, app: 'shop', backend: serving }],
})

async function startApp(name: string, replicas = 2, env: string[] = []) {
  await machine.docker.createService({
    Name: name,
    EndpointSpec: { Mode: 'dnsrr' },
    Mode: { Replicated: { Replicas: replicas } },
    TaskTemplate: {
      Networks: [{ Target: network }],
      RestartPolicy: { Condition: 'any', Delay: 500_000_000 },
      ContainerSpec: { Image: appImage, Command: ['node', '-e', appSource], Env: [`VERSION=${name}`, ...env] },
    },
  } as CreateServiceOptions)
}

async function scale(name: string, replicas: number) {
  const service = machine.docker.getService(name)
  const { Spec, Version } = await service.inspect()
  await service.update({ version: Version.Index, ...Spec, Mode: { Replicated: { Replicas: replicas } } })
}

async function oneInstance(name: string) {
  const filters = { label: [`com.docker.swarm.service.name=${name}`] }
  const [instance] = await machine.docker.listContainers({ filters })
  assert.ok(instance)
  return machine.docker.getContainer(instance.Id)
}

async function untilBackend(name: string, isWanted: (status: BackendStatus) => boolean) {
  const deadline = AbortSignal.timeout(40_000)
  for (;;) {
    const status = edge.status().backends.find((found) => found.name === name)
    if (status && isWanted(status)) return
    if (deadline.aborted) throw new Error(`${name} is ${JSON.stringify(edge.status())}`)
    await delay(20)
  }
}

const untilUp = (name: string, replicas: number) =>
  untilBackend(name, ({ up, known }) => up === replicas && known === replicas)

const loadOf = (postWorkers: number) =>
  startLoad({
    address: machine.address,
    port: 80,
    host: appHost,
    keepAliveWorkers: 12,
    newConnectionWorkers: 6,
    postWorkers,
  })

async function losesNothing(during: () => Promise<void>) {
  const load = loadOf(4)
  await delay(500)
  await during()
  await delay(500)
  const { requests, failures, maxMs, bodies } = await load.stop()
  console.log(
    `${requests} requests, ${failures.length} failed, longest ${Math.round(maxMs)} ms`,
    Object.fromEntries(bodies),
  )
  assert.ok(requests > 500)
  assert.deepEqual(failures.slice(0, 5), [])
}

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

function get(host: string, path = '/', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: machine.address, port: 80, path, agent: false, headers: { host, ...headers } })
    sent.once('error', reject)
    sent.once('response', async (response) => {
      let body = ''
      for await (const chunk of response.setEncoding('utf8')) body += chunk
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
    })
    sent.end()
  })
}

const r1 = 'shop-web-r1'
const r2 = 'shop-web-r2'

test('an instance gets requests once its check passed', { timeout: 60_000 }, async () => {
  await startApp(r1)
  const status = await edge.apply(table([backend(r1)], r1))
  assert.equal(status.error, null)
  await untilUp(r1, 2)
  assert.deepEqual(await edge.probe({ host: appHost, path: '/' }), { status: 200, backend: r1 })
})

test('loses nothing during ten reloads', { timeout: 90_000 }, async () => {
  await losesNothing(async () => {
    for (let round = 0; round < 5; round++) {
      await edge.apply(table([backend(r1), backend('other-web-r1')], r1))
      await edge.apply(table([backend(r1)], r1))
    }
  })
})

test('loses nothing while the app moves to another release', { timeout: 60_000 }, async () => {
  await startApp(r2)
  await losesNothing(async () => {
    await edge.apply(table([backend(r1), backend(r2)], r1))
    await untilUp(r2, 2)
    await edge.apply(table([backend(r1), backend(r2)], r2))
    await delay(1000)
    await edge.apply(table([backend(r2)], r2))
    await machine.docker.getService(r1).remove()
    await delay(2500) // Until the old instances are gone.
  })
  assert.equal((await get(appHost)).body, r2)
})

test('loses nothing while it scales from 2 to 4 to 1 to 2', { timeout: 90_000 }, async () => {
  await losesNothing(async () => {
    for (const replicas of [4, 1, 2]) {
      await scale(r2, replicas)
      await untilUp(r2, replicas)
      await delay(2500) // Instances stop two seconds after they left DNS.
    }
  })
})

test('loses nothing to instances that DNS gives long before they listen, also over a reload', {
  timeout: 90_000,
}, async () => {
  const slow = 'shop-web-r5'
  await startApp(slow, 1, ['LISTEN_AFTER_MS=2000'])
  await edge.apply(table([backend(r2), backend(slow)], r2))
  await untilUp(slow, 1)
  await edge.apply(table([backend(r2), backend(slow)], slow))
  await losesNothing(async () => {
    await scale(slow, 7)
    await untilBackend(slow, ({ known }) => known > 3)
    await edge.apply(table([backend(slow)], slow))
    await untilUp(slow, 7)
  })
  await edge.apply(table([backend(r2), backend(slow)], r2))
  await edge.apply(table([backend(r2)], r2))
  await machine.docker.getService(slow).remove()
})

test('loses nothing when one of two instances dies', { timeout: 60_000 }, async () => {
  await losesNothing(async () => {
    for (let round = 0; round < 3; round++) {
      await (await oneInstance(r2)).kill()
      await untilBackend(r2, ({ up }) => up < 2)
      await untilUp(r2, 2)
    }
  })
})

test('a client that stayed connected over a move is served by the new release', { timeout: 60_000 }, async () => {
  await startApp('shop-web-r3')
  const client = await stayConnected()
  assert.match(await client.get(), /200 OK.*shop-web-r2$/s)
  await edge.apply(table([backend(r2), backend('shop-web-r3')], r2)) // Its worker is replaced here, and it is idle.
  await untilUp('shop-web-r3', 2)
  await edge.apply(table([backend(r2), backend('shop-web-r3')], 'shop-web-r3'))
  const answer = await client.get()
  assert.match(answer, /200 OK.*shop-web-r3$/s)
  assert.match(answer, /^connection: close/im)
  client.end()
  await edge.apply(table([backend(r2)], r2))
  await machine.docker.getService('shop-web-r3').remove()
})

async function stayConnected() {
  const socket = connect(80, machine.address).setEncoding('utf8')
  await once(socket, 'connect')
  async function get(): Promise<string> {
    socket.write(`GET / HTTP/1.1\r\nHost: ${appHost}\r\n\r\n`)
    let answer = ''
    while (!/\r\n\r\n(?:[0-9a-f]+\r\n)?shop-web-r\d+/.test(answer)) answer += (await once(socket, 'data'))[0]
    return answer.replace(/\r\n0\r\n\r\n$/, '').trimEnd()
  }
  return { get, end: () => socket.destroy() }
}

test('a WebSocket stays with its instance over a reload and a move, and a new one meets the new release', {
  timeout: 60_000,
}, async () => {
  const r4 = 'shop-web-r4'
  await startApp(r4)
  const before = await openWebSocket(machine.address, appHost)
  const { release, instance } = await before.ask()
  assert.equal(release, r2)

  await edge.apply(table([backend(r2), backend(r4)], r2))
  assert.deepEqual(await before.ask(), { release: r2, instance, count: 2 })
  await untilUp(r4, 2)
  await edge.apply(table([backend(r2), backend(r4)], r4))
  assert.deepEqual(await before.ask(), { release: r2, instance, count: 3 })

  const after = await openWebSocket(machine.address, appHost)
  assert.equal((await after.ask()).release, r4)
  // The route's old release is forgotten before the connection ends, as when an app drains.
  await edge.apply(table([backend(r4)], r4))
  assert.deepEqual(await before.ask(), { release: r2, instance, count: 4 })
  before.close()
  after.close()
  await edge.apply(table([backend(r2)], r2))
  await machine.docker.getService(r4).remove()
})

test('a frozen instance gets no more requests, and what it had waits for it', { timeout: 90_000 }, async () => {
  await untilUp(r2, 2)
  const frozen = await oneInstance(r2)
  const slow = Array.from({ length: 8 }, () => timed(get(appHost, '/slow')))
  await delay(300)
  await frozen.pause()
  const frozenAtMs = performance.now()
  const early = await sendUntil(untilClosed(r2))
  const outAfterMs = performance.now() - frozenAtMs

  const load = loadOf(4)
  await delay(3000)
  const { requests, failures, maxMs } = await load.stop()
  await frozen.unpause()
  const waited = (await Promise.all([...slow, ...early])).filter(({ tookMs }) => tookMs > 1500)
  console.log(
    `out after ${Math.round(outAfterMs)} ms, until then ${early.length} requests;`,
    `then ${requests} requests, ${failures.length} failed, longest ${Math.round(maxMs)} ms;`,
    `${waited.length} waited for it, ${Math.round(Math.max(...waited.map(({ tookMs }) => tookMs)))} ms at most`,
  )
  assert.ok(outAfterMs < 7000)
  assert.ok(requests > 500)
  assert.deepEqual(failures, [])
  assert.ok(maxMs < 1500)
  assert.ok(waited.length > 0)
  assert.ok(waited.every(({ status }) => status === 200))
  await untilUp(r2, 2)
})

/** Until HAProxy sends it nothing more: the second check that fails. The status counts an instance out at the first. */
async function untilClosed(name: string) {
  const deadline = AbortSignal.timeout(20_000)
  for (;;) {
    const rows = parseStat(await askHaproxy(edgeFiles(folder).adminSocket, 'show stat -1 4 -1'))
    if (rows.some(({ backend, status }) => backend === name && status.startsWith('DOWN'))) return
    if (deadline.aborted) throw new Error(`No instance of ${name} was closed`)
    await delay(20)
  }
}

async function timed(answer: Promise<Answer>) {
  const startMs = performance.now()
  const { status } = await answer
  return { status, tookMs: performance.now() - startMs }
}

async function sendUntil(isOver: Promise<void>) {
  const sent: ReturnType<typeof timed>[] = []
  const stop = new AbortController()
  isOver.then(
    () => stop.abort(),
    () => stop.abort(),
  )
  while (!stop.signal.aborted) {
    sent.push(timed(get(appHost)))
    await delay(50)
  }
  await isOver
  return sent
}

test('says which host nothing answers for, and nothing that would run', async () => {
  const unknown = await get('no<script>where.localhost')
  assert.equal(unknown.status, 404)
  assert.match(unknown.body, /noscriptwhere\.localhost/)
  assert.match(unknown.body, /berth apps/)
})

test('says that an app is stopped and how to start it, without a reload', async () => {
  await edge.apply(table([backend(r2)], null))
  const stopped = await get(appHost)
  assert.equal(stopped.status, 503)
  assert.match(stopped.body, /berth start shop/)
  await edge.apply(table([backend(r2)], r2))
  assert.equal((await get(appHost)).status, 200)
})

test('says that nothing is up and where to look', { timeout: 30_000 }, async () => {
  const nobody = backend('shop-web-r9')
  await edge.apply(table([backend(r2), nobody], nobody.name))
  const down = await get(appHost)
  assert.equal(down.status, 503)
  assert.equal(down.headers['retry-after'], '2')
  assert.match(down.body, /berth ps shop/)
  await edge.apply(table([backend(r2)], r2))
})

test('tells only a probe which backend answered, and the app sees no probe', async () => {
  const guessed = await get(appHost, '/headers', { 'x-berth-probe': 'guess', 'x-forwarded-for': '6.6.6.6' })
  assert.equal(guessed.headers['x-berth-backend'], undefined)
  const seen = JSON.parse(guessed.body)
  assert.equal(seen['x-berth-probe'], undefined)
  assert.notEqual(seen['x-forwarded-for'], '6.6.6.6')
  assert.match(seen['x-request-id'], /^[0-9a-f-]{36}$/)
  assert.equal((await edge.probe({ host: appHost, path: '/headers' })).backend, r2)
  assert.equal((await edge.probe({ host: 'nowhere.localhost', path: '/' })).backend, null)
})

test('passes events on as they come', { timeout: 20_000 }, async () => {
  const delaysMs = await eventDelays(10)
  console.log('event delays in ms', delaysMs)
  assert.ok(
    delaysMs.every((ms) => ms < 90),
    `held back: ${delaysMs}`,
  )
})

function eventDelays(count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const delaysMs: number[] = []
    const sent = request({ host: machine.address, port: 80, path: '/events', agent: false, headers: { host: appHost } })
    sent.once('error', reject)
    sent.once('response', (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        for (const [, sentAt] of text.matchAll(/data: (\d+)/g)) delaysMs.push(Date.now() - Number(sentAt))
        if (delaysMs.length < count) return
        response.destroy()
        resolve(delaysMs)
      })
    })
    sent.end()
  })
}

test('the machine reaches the registry, an app does not', { timeout: 60_000 }, async () => {
  await machine.docker.createService({
    Name: 'berth-registry',
    EndpointSpec: { Mode: 'dnsrr' },
    TaskTemplate: { Networks: [{ Target: 'berth-system' }], ContainerSpec: { Image: registryImage } },
  } as CreateServiceOptions)
  await untilRegistryAnswers()

  const edgeAddress = await addressOfEdge()
  const askFromApp = `fetch('http://${edgeAddress}:5000/v2/').then((r) => console.log(r.status), () => console.log('refused'))`
  const askWeb = `fetch('http://${edgeAddress}/').then((r) => console.log(r.status), () => console.log('refused'))`
  assert.match(await runOnNetwork(askFromApp), /refused/)
  assert.match(await runOnNetwork(askWeb), /404/) // The address is right and the edge is reachable.
})

test('takes a layer of 100 MB for the registry, over a reload, and gives it back', { timeout: 120_000 }, async () => {
  const { docker } = machine
  const name = { repo: '127.0.0.1:5000/shop', tag: 'big' }
  await makeImage(docker, name, 100_000_000)
  const { Id: id } = await docker.getImage('127.0.0.1:5000/shop:big').inspect()

  const startMs = performance.now()
  const worker = await servingWorker()
  let reloading: Promise<unknown> | undefined
  await pushImage(docker, name, () => {
    reloading = edge.apply(table([backend(r2), backend('other-web-r2')], r2))
  })
  const pushMs = performance.now() - startMs
  await reloading
  assert.notEqual(await servingWorker(), worker)

  await docker.getImage('127.0.0.1:5000/shop:big').remove()
  await pullImage(docker, name)
  assert.equal((await docker.getImage('127.0.0.1:5000/shop:big').inspect()).Id, id)
  console.log(`pushed 100 MB in ${Math.round(pushMs)} ms, pulled after ${Math.round(performance.now() - startMs)} ms`)
  await docker.getImage('127.0.0.1:5000/shop:big').remove()
  await edge.apply(table([backend(r2)], r2))
})

/** Another one after each reload. */
async function servingWorker() {
  const { currentPid } = parseProc(await askHaproxy(edgeFiles(folder).masterSocket, 'show proc'))
  assert.ok(currentPid)
  return currentPid
}

async function untilRegistryAnswers() {
  const deadline = AbortSignal.timeout(30_000)
  for (;;) {
    const { output } = await machine.exec(['curl', '-s', '-m', '2', '-w', '%{http_code}', 'http://127.0.0.1:5000/v2/'])
    if (output.endsWith('200')) return
    if (deadline.aborted) throw new Error(`The registry answers ${output}`)
    await delay(200)
  }
}

async function addressOfEdge() {
  const { NetworkSettings } = await machine.docker.getContainer('berth-edge').inspect()
  return NetworkSettings.Networks[network]?.IPAddress
}

async function runOnNetwork(source: string) {
  const container = await machine.docker.createContainer({
    Image: appImage,
    Cmd: ['node', '-e', source],
    HostConfig: { NetworkMode: network },
    Tty: true,
  })
  await container.start()
  await container.wait()
  const output = await container.logs({ stdout: true, stderr: true })
  await container.remove()
  return String(output)
}

test('goes on with the last table after the agent began anew, without a reload', { timeout: 60_000 }, async () => {
  const { fingerprint } = edge.status()
  const worker = await servingWorker()
  await edge.close()
  edge = await open()
  assert.equal(edge.status().fingerprint, fingerprint)
  assert.equal(await servingWorker(), worker)
  assert.equal((await edge.probe({ host: appHost, path: '/' })).backend, r2)
})

test('comes back after someone removed it', { timeout: 60_000 }, async () => {
  await machine.docker.getContainer('berth-edge').remove({ force: true })
  const deadline = AbortSignal.timeout(40_000)
  for (;;) {
    const { status } = await edge.probe({ host: appHost, path: '/' }).catch(() => ({ status: 0 }))
    if (status === 200) return
    assert.ok(!deadline.aborted, 'the edge did not come back')
    await delay(200)
  }
})

test('a table that the edge refuses leaves the last one served', { timeout: 30_000 }, async () => {
  const { fingerprint } = edge.status()
  const status = await edge.apply(table([backend(r2), backend(r2)], r2)) // The same name twice.
  assert.match(status.error ?? '', /refuses/)
  assert.equal(status.fingerprint, fingerprint)
  assert.equal((await get(appHost)).status, 200)
  assert.equal((await edge.apply(table([backend(r2)], r2))).error, null)
})
