import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import {
  type Client,
  createClient,
  createJoinToken,
  type Instance,
  type JoinTicket,
  listMachines,
  parseJoinToken,
} from '@berth/contract'
import { createCertificateRequest, createKeyPem } from '@berth/identity'
import Docker from 'dockerode'
import { followImageStream } from '../packages/installer/src/base-images/image-stream.ts'
import { imagesOfEngine } from '../packages/installer/src/joining/image-source.ts'
import { openJoinDoor } from '../packages/installer/src/joining/join-door.ts'
import { joinMachine } from '../packages/installer/src/joining/join-machine.ts'
import { forwardRegistry } from '../packages/installer/src/joining/registry-forwarder.ts'
import { startMachine, stopMachine } from '../packages/installer/src/machines/container-commands.ts'
import { type Creation, createMachines } from '../packages/installer/src/machines/create-machines.ts'
import type { MachineContext } from '../packages/installer/src/machines/machine-context.ts'
import { removeFromCluster } from '../packages/installer/src/machines/remove-machine.ts'
import { plainGroup, plainSteps, type StepRunner } from '../packages/installer/src/steps.ts'
import { type Platform, startPlatform, until } from './e2e/platform.ts'
import { buildTestApp, deployTestApp } from './e2e/test-app.ts'
import { calmly, startLoad } from './load.ts'
import { createMachine, machineNamed, testSite } from './machine.ts'
import { cordonsSuite } from './machines/cordons.suite.ts'
import { faultsSuite } from './machines/faults.suite.ts'

const silent = () => undefined
const outer = new Docker()
let platform: Platform
let client: Client
let context: MachineContext
let shortLived: { ticket: JoinTicket; expiresAt: string }

const creation: Creation = { names: [], count: undefined, memoryBytes: undefined, role: 'worker' }
const stateOf = async (name: string) => (await client.call(listMachines, {})).find((it) => it.name === name)?.state
const tokenFor = async (machine: string, expiresInMinutes?: number) => {
  const { token, expiresAt } = await client.call(createJoinToken, { body: { machine, expiresInMinutes } })
  return { ticket: parseJoinToken(token), expiresAt }
}
const redemption = async () => ({
  csrPem: await createCertificateRequest(await createKeyPem()),
  engineVersion: '20.10.24',
  architecture: 'x86_64',
})

before(async () => {
  platform = await startPlatform('machine1')
  client = createClient({ baseUrl: `http://${platform.machine.address}`, token: await platform.token() })
  const [step, group] = [plainSteps(silent), plainGroup(silent)]
  context = { outer, site: testSite(platform.runId), imagesFrom: platform.machine.docker, client, step, group }
  shortLived = await tokenFor('late', 1)
})
after(() => platform?.remove())

test('one machine becomes four, all of them ready', async () => {
  // The other one is brought its images as on a computer of a person.
  await Promise.all(['machine3', 'machine4'].map(platform.giveImages))
  const created = await createMachines({ ...creation, names: ['machine2', 'machine3', 'machine4'] }, context)
  assert.deepEqual(
    created.map(({ name }) => name),
    ['machine2', 'machine3', 'machine4'],
  )
  const machines = await client.call(listMachines, {})
  assert.deepEqual(
    machines.map(({ name, role, state }) => [name, role, state]),
    [
      ['machine1', 'manager', 'ready'],
      ['machine2', 'worker', 'ready'],
      ['machine3', 'worker', 'ready'],
      ['machine4', 'worker', 'ready'],
    ],
  )
})

test('an app is spread over them, and each of them answers for it with the true address of the visitor', async () => {
  await buildTestApp(platform.machine)
  const deployed = await deployTestApp(platform, 'shop', '--port', '8080', '--replicas', '4')
  assert.equal(deployed.code, 0, deployed.stderr)
  const instances: Instance[] = JSON.parse((await platform.berth('ps', 'shop', '--json')).stdout)
  assert.deepEqual(instances.map(({ machine }) => machine).sort(), ['machine1', 'machine2', 'machine3', 'machine4'])

  const visitor = platform.machine.address.replace(/\d+$/, '1')
  for (const { address } of await client.call(listMachines, {})) {
    const pretended = { 'x-forwarded-for': '198.51.100.7' }
    const { status, body } = await platform.getFrom(address, 'shop.localhost', '/headers', pretended)
    assert.equal(status, 200, address)
    assert.equal(JSON.parse(body)['x-forwarded-for'], visitor, address)
  }
})

faultsSuite(() => ({ platform, client, machineNamed: (name) => machineNamed(name, platform.runId) }))

test('a token is good for one key: a second that uses it is refused, also with the right secret', async () => {
  const { ticket } = await tokenFor('machine9')
  const door = await openJoinDoor(ticket)
  const first = await redemption()
  assert.equal((await door.redeem(first)).settings.machine, 'machine9')
  await assert.rejects(async () => door.redeem(await redemption()), { code: 'join_token_invalid' })
})

test('a machine that joins with nothing but a token is tried by the others before it counts as a member', async () => {
  const { docker, address, name } = await createMachine({ name: 'machine7', runId: platform.runId })
  const lines: string[] = []
  await joinMachine({
    ...{ docker, address, ticket: (await tokenFor(name)).ticket, mayLeaveSwarm: false },
    images: () => imagesOfEngine(platform.machine.docker),
    step: (title, work) => work({ progress: silent, result: (words) => void lines.push(`${title}: ${words}`) }),
  })
  assert.match(lines.at(-1) ?? '', /^Try it from the other machines: \d+ machines? reach(es)? it, and it them$/)
  await removeFromCluster(name, { force: true }, context)
})

test('a machine that joins can take images from the registry before it has an edge, and nothing without a token', async () => {
  const { ticket } = await tokenFor('machine8')
  const published = (port: number) => `127.0.0.1:${port}/berth-edge:3.2`
  const forwarder = await forwardRegistry(await openJoinDoor(ticket), 0)
  try {
    const image = published(forwarder.port)
    await followImageStream(outer, await outer.pull(image), silent)
    await outer.getImage(image).remove()
  } finally {
    await forwarder.close()
  }
  const stranger = await forwardRegistry(await openJoinDoor({ ...ticket, secret: 'guessed' }), 0)
  try {
    const pulling = outer.pull(published(stranger.port)).then((stream) => followImageStream(outer, stream, silent))
    await assert.rejects(pulling)
  } finally {
    await stranger.close()
  }
})

test('a machine that was stopped comes back with its name and address, and serves', async () => {
  const before = (await client.call(listMachines, {})).find(({ name }) => name === 'machine2')
  await stopMachine('machine2', { force: false }, context)
  await until(
    'machine2 is down',
    () => stateOf('machine2'),
    (state) => state === 'down',
  )
  await startMachine('machine2', context)
  const after = (await client.call(listMachines, {})).find(({ name }) => name === 'machine2')
  assert.deepEqual([after?.id, after?.address, after?.state], [before?.id, before?.address, 'ready'])
  // Its edge checks the instances on the other machines first, over a network that has just come back.
  await until(
    'its edge answers for the app',
    () => platform.getFrom(after?.address ?? '', 'shop.localhost'),
    ({ status }) => status === 200,
  )
})

cordonsSuite(() => ({ platform, client, context }), 'machine2')

test('a creation that is interrupted leaves nothing, here and in the cluster', async () => {
  const stop = new AbortController()
  const interrupting: StepRunner = async (title, work) => {
    const outcome = await context.step(title, work)
    if (title === 'Join the swarm') stop.abort(new Error('Interrupted'))
    return outcome
  }
  const group: MachineContext['group'] = (titles, work) =>
    Promise.allSettled(titles.map((title) => work(title, interrupting)))
  const interrupted = { ...context, group, signal: stop.signal }
  await assert.rejects(createMachines({ ...creation, names: ['machine5'] }, interrupted), /Interrupted/)
  assert.equal(await stateOf('machine5'), undefined)
  await assertNothingOf('machine5')
})

test('a machine that is removed is drained first, without a failed request, and then gone with all of it', async () => {
  const load = startLoad({ ...calmly, address: platform.machine.address, port: 80, host: 'shop.localhost' })
  await load.flows()
  await removeFromCluster('machine3', { force: false }, context)
  assert.deepEqual((await load.stop()).failures, [])
  assert.equal(await stateOf('machine3'), undefined)
  await assertNothingOf('machine3')
  const instances: Instance[] = JSON.parse((await platform.berth('ps', 'shop', '--json')).stdout)
  assert.equal(instances.filter(({ machine }) => machine === 'machine3').length, 0)
})

test('a machine that died is removed by force, and nothing of it is left', async () => {
  await outer.getContainer(context.site.containerName('machine2')).kill()
  await until(
    'machine2 is down',
    () => stateOf('machine2'),
    (state) => state === 'down',
  )
  await removeFromCluster('machine2', { force: true }, context)
  assert.equal(await stateOf('machine2'), undefined)
  await assertNothingOf('machine2')
})

test('a token that is over is refused', async () => {
  const { ticket, expiresAt } = shortLived
  await until(
    'the token is over',
    async () => Date.now(),
    (now) => now > Date.parse(expiresAt),
    65_000,
  )
  const door = await openJoinDoor(ticket)
  await assert.rejects(door.settings(), { code: 'join_token_invalid' })
})

async function assertNothingOf(name: string): Promise<void> {
  const { containerName, socketFolder } = context.site
  const containers = await outer.listContainers({ all: true, filters: { name: [containerName(name)] } })
  assert.deepEqual(containers, [])
  const { Volumes: volumes } = await outer.listVolumes({ filters: { name: [containerName(name)] } })
  assert.deepEqual(volumes ?? [], [])
  assert.equal(existsSync(socketFolder(name)), false)
}
