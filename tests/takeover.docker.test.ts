import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { type Client, createClient, listInstances, listMachines, scaleApp } from '@berth/contract'
import Docker from 'dockerode'
import { createMachines } from '../packages/installer/src/machines/create-machines.ts'
import { plainGroup, plainSteps } from '../packages/installer/src/steps.ts'
import { type Platform, startPlatform, until } from './e2e/platform.ts'
import { calmly, startLoad } from './load.ts'
import { machineNamed, testSite } from './machine.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

const silent = () => undefined
const { signal } = new AbortController()
const [prefix = ''] = testSite('').prefixes
/** Of this computer, as the machines see it. */
const address = `${prefix}.1`
let postgres: TestPostgres
let platform: Platform

before(async () => {
  const port = await freePort()
  postgres = await startPostgres(silent, signal, { address, port, subnet: `${prefix}.0/24` })
  platform = await startPlatform('first', { DATABASE_URL: postgres.url })
  const client = clientAt(platform.machine.address, await platform.token())
  const [step, group] = [plainSteps(silent), plainGroup(silent)]
  const site = testSite(platform.runId)
  const context = { outer: new Docker(), site, imagesFrom: platform.machine.docker, client, step, group }
  const wish = { names: ['second', 'third'], count: undefined, memoryBytes: undefined, role: 'manager' as const }
  await Promise.all(wish.names.map(platform.giveImages))
  await createMachines(wish, context)
})
after(async () => {
  await platform?.remove()
  await postgres?.stop()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  return bound && typeof bound === 'object' ? bound.port : assert.fail('no port')
}

const clientAt = (at: string, token: string): Client => createClient({ baseUrl: `http://${at}`, token })

const readyAt = (client: Client, names: readonly string[]) =>
  until(
    `${names.join(', ')} are ready`,
    async () => (await client.call(listMachines, {})).filter(({ state }) => state === 'ready').map(({ name }) => name),
    (ready) => names.every((name) => ready.includes(name)),
    120_000,
  )

test('the machine with the server is lost: another manager takes it over, deploys go on, and nothing runs twice after', async () => {
  const first = clientAt(platform.machine.address, await platform.token())
  await readyAt(first, ['first', 'second', 'third'])
  const deploy = ['deploy', '--image', 'nginx:stable', '--port', '80', '--name', 'shop', '--replicas', '3']
  const deployed = await platform.berth(...deploy)
  assert.equal(deployed.code, 0, deployed.stderr)
  const second = await machineNamed('second', platform.runId)
  const client = clientAt(second.address, await platform.token())
  const load = startLoad({ ...calmly, address: second.address, port: 80, host: 'shop.localhost', maxMs: 180_000 })

  await platform.machine.kill()
  const running = async () =>
    (await client.call(listInstances, { params: { app: 'shop' } })).filter(({ state }) => state === 'running')
  await until(
    'the server answers at another machine, and all instances run on the two that are left',
    running,
    (found) => found.length === 3 && found.every(({ machine }) => machine !== 'first'),
    120_000,
  )
  await client.call(scaleApp, { params: { app: 'shop' }, body: { replicas: 2 } })
  await until('two instances run', running, (found) => found.length === 2)
  const { requests, failures } = await load.stop()
  assert.ok(requests > 100, `only ${requests} requests`)
  assert.ok(failures.length <= 12, `more than was in flight: ${failures.length}, ${failures.slice(0, 3).join('; ')}`)

  await platform.machine.start()
  await readyAt(client, ['first', 'second', 'third'])
  const servers = await platform.machine.docker.listTasks({
    filters: { service: ['berth-server'], 'desired-state': ['running'] },
  })
  assert.equal(servers.length, 1)
  await until('two instances run', running, (found) => found.length === 2)
})
