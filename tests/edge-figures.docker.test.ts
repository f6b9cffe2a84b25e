import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Backend, BackendStatus, RouteTable } from '@berth/contract'
import { machineEngine } from '@berth/engine'
import type { CreateServiceOptions } from 'dockerode'
import { type Edge, openEdge } from '../packages/agent/src/edge/edge.ts'
import { startLoad } from './load.ts'
import { createMachine, type Machine, removeMachines } from './machine.ts'

const runId = `figures-${randomUUID().slice(0, 8)}`
const network = 'berth-project-test'
const host = 'shop.localhost'
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
/** Answers every tenth request with 500. */
const appSource = `let asked = 0
require('node:http').createServer((request, response) => {
  if (request.url === '/counted' && ++asked % 10 === 0) response.statusCode = 500
  response.end('ok')
}).listen(3000)`

let machine: Machine
let edge: Edge

before(async () => {
  machine = await createMachine({ name: 'figures', runId, images: ['haproxy:3.2', 'node:26-bookworm-slim'] })
  const { docker, address } = machine
  await docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: address })
  for (const Name of ['berth-system', network]) {
    await docker.createNetwork({ Name, Driver: 'overlay', Attachable: true })
  }
  const folder = join(dirname(machine.socketPath), 'edge')
  mkdirSync(folder)
  const DriverOpts = { type: 'none', o: 'bind', device: '/run/docker-host/edge' }
  await docker.createVolume({ Name: 'berth-edge', Driver: 'local', DriverOpts })
  edge = await openEdge({
    engine: machineEngine({ docker }),
    folder,
    config: { domain: 'localhost', httpPort: 80, edgeImage: 'haproxy:3.2', machineAddress: address },
    log: quiet,
  })
})

after(async () => {
  await edge?.close()
  await removeMachines(runId)
})

const backend = (name: string): Backend => ({
  name,
  network,
  port: 3000,
  healthPath: '/',
  replayUnsafeRequests: false,
  slots: 8,
})
const tableOf = (...names: string[]): RouteTable => ({
  backends: names.map(backend),
  routes: [{ host, app: 'shop', backend: 'shop-web-r1' }],
})

async function untilShop(isWanted: (status: BackendStatus) => boolean): Promise<BackendStatus> {
  const deadline = AbortSignal.timeout(40_000)
  for (;;) {
    const status = edge.status().backends.find(({ name }) => name === 'shop-web-r1')
    if (status && isWanted(status)) return status
    if (deadline.aborted) throw new Error(`Last seen: ${JSON.stringify(edge.status())}`)
    await delay(50)
  }
}

test('an edge counts the requests and errors of visitors, and goes on counting over reloads', async () => {
  await machine.docker.createService({
    Name: 'shop-web-r1',
    EndpointSpec: { Mode: 'dnsrr' },
    TaskTemplate: {
      Networks: [{ Target: network }],
      ContainerSpec: { Image: 'node:26-bookworm-slim', Command: ['node', '-e', appSource] },
    },
  } as CreateServiceOptions)
  await edge.apply(tableOf('shop-web-r1'))
  let counted = await untilShop(({ up }) => up === 1)
  const visit = async (during: () => Promise<unknown> = async () => undefined) => {
    const load = startLoad({ address: machine.address, port: 80, host, path: '/counted', keepAliveWorkers: 2 })
    await during()
    await load.flows(200)
    return load.stop()
  }
  const reloaded = [tableOf('shop-web-r1', 'blog-web-r1'), tableOf('shop-web-r1')]

  for (const table of [undefined, ...reloaded]) {
    const before = counted
    if (table) await edge.apply(table)
    const { requests, failures } = await visit()
    counted = await untilShop((status) => status.requests >= before.requests + requests)
    assert.equal(counted.requests - before.requests, requests, 'checks are no requests, and none is lost')
    assert.equal(counted.errors - before.errors, failures.length)
    assert.ok(failures.length > 0)
  }

  const duringReloads = await visit(async () => {
    for (const table of reloaded) await edge.apply(table)
  })
  const { requests: known } = await untilShop(({ requests }) => requests > counted.requests)
  const last = await visit()
  const { requests } = await untilShop((status) => status.requests >= known + last.requests)
  // What an old worker counted between the last look and its end is not known; but none is counted twice.
  assert.ok(requests <= counted.requests + duringReloads.requests + last.requests, `${requests} were counted`)
})
