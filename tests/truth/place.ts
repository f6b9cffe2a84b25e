import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import type { EdgeTruth } from '@berth/contract'
import { machineEngine } from '@berth/engine'
import { type Edge, openEdge } from '../../packages/agent/src/edge/edge.ts'
import { edgeFiles } from '../../packages/agent/src/edge/edge-files.ts'
import { parseStat } from '../../packages/agent/src/edge/haproxy-answers.ts'
import { askHaproxy } from '../../packages/agent/src/edge/haproxy-socket.ts'
import { type ToldInstances, toldInstances } from '../../packages/agent/src/truth/told-instances.ts'
import { calmly, startLoad } from '../load.ts'
import type { Machine } from '../machine.ts'
import { eventually } from './eventually.ts'
import { blog, replicas, shop } from './shop-and-blog.ts'

const log = {
  debug() {},
  info: (event: string, fields?: object) => event.startsWith('edge_') && console.log(event, JSON.stringify(fields)),
  warn() {},
  error: (event: string, fields?: object) => console.error(event, fields),
}

/** A machine with the agent's half that drives its edge, which this test plays. */
export type Place = {
  machine: Machine
  folder: string
  told: ToldInstances
  /** How often the machine stood still, as its agent notices: this test is not frozen with it. */
  lapses: { times: number }
  edge: Edge
  isCutOff: boolean
}

export async function placeOn(machine: Machine): Promise<Place> {
  const folder = join(dirname(machine.socketPath), 'edge')
  mkdirSync(folder)
  const DriverOpts = { type: 'none', o: 'bind', device: '/run/docker-host/edge' }
  await machine.docker.createVolume({ Name: 'berth-edge', Driver: 'local', DriverOpts })
  const told = toldInstances(() => performance.now())
  const lapses = { times: 0 }
  return { machine, folder, told, lapses, edge: await openEdgeOf({ machine, folder, told, lapses }), isCutOff: false }
}

export const openEdgeOf = ({ machine, folder, told, lapses }: Pick<Place, 'machine' | 'folder' | 'told' | 'lapses'>) =>
  openEdge({
    engine: machineEngine({ docker: machine.docker }),
    folder,
    config: { domain: 'localhost', httpPort: 80, edgeImage: 'haproxy:3.2', machineAddress: machine.address },
    told,
    lapses: { count: () => lapses.times, onLapse: () => () => {} },
    log,
  })

export const ask = ({ folder }: Place, command: string) => askHaproxy(edgeFiles(folder).adminSocket, command)
export const truthOf = ({ edge }: Place): EdgeTruth => edge.status().truth ?? assert.fail('nothing was compared')

export async function servedBy(place: Place, name: string) {
  const rows = parseStat(await ask(place, 'show stat -1 4 -1 no-maint'))
  const open = rows.filter(({ backend: of, address, status }) => of === name && address && !status.startsWith('DRAIN'))
  return open.map(({ address, status }) => ({ address: address.replace(/:\d+$/, ''), isUp: status.startsWith('UP') }))
}

/** The edge serves exactly the instances that run, all of each app, and all of them up. */
export const untilRight = (place: Place, forMs?: number) =>
  eventually(
    `right on ${place.machine.name}`,
    async () => {
      for (const name of [shop, blog]) {
        const running = place.told.services()?.get(name)?.running ?? []
        const served = await servedBy(place, name)
        if (running.length !== replicas) return `${name}: ${running.length} run`
        if (sorted(served.map(({ address }) => address)) !== sorted(running) || served.some(({ isUp }) => !isUp)) {
          return `${name}: ${JSON.stringify(served)} for ${running.join(' ')}`
        }
      }
      return true
    },
    forMs,
  )

export function get({ machine }: Place, host: string): Promise<{ status: number; body: string }> {
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
/** Of the load, as each worker waits for its answer. */
export const mostInFlight = loadWorkers.keepAliveWorkers + loadWorkers.newConnectionWorkers
export const startShopLoad = ({ machine: { address } }: Place) =>
  startLoad({ ...calmly, address, port: 80, host: 'shop.localhost', ...loadWorkers })

/** A request that is held, and not answered. In an object, as it would be waited for otherwise. */
export async function waitingAt(place: Place) {
  const before = await webRequests(place)
  let isAnswered = false
  const answer = get(place, 'shop.localhost').finally(() => {
    isAnswered = true
  })
  await eventually('is at the edge', async () => (await webRequests(place)) > before || 'it is not')
  assert.equal(isAnswered, false)
  return { answer }
}

export async function webRequests(place: Place) {
  const [web] = parseStat(await ask(place, 'show stat web 1 -1'))
  return web?.requestsTotal ?? 0
}

export const sorted = (addresses: readonly string[]) => [...addresses].sort().join(' ')
