import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Build, type Client, createClient, getBuild, listBuilds } from '@berth/contract'
import Docker from 'dockerode'
import { copyImages, listMissingImages } from '../packages/installer/src/images/copy-images.ts'
import { createMachines } from '../packages/installer/src/machines/create-machines.ts'
import { plainGroup, plainSteps } from '../packages/installer/src/steps.ts'
import { passwordRegistry, startPasswordRegistry } from './builds/password-registry.ts'
import { standInName, standInPassword, standIns, startRegistryStandIns } from './builds/registry-stand-in.ts'
import {
  basedOn,
  dockerApp,
  type Files,
  hostileArchives,
  plainApp,
  running,
  severalServices,
  tarGzOf,
  thirtySteps,
  writeFolder,
  zipOf,
} from './builds/sources.ts'
import { startCommand } from './e2e/command.ts'
import { type Outcome, type Platform, startPlatform, until } from './e2e/platform.ts'
import { buildTestApp } from './e2e/test-app.ts'
import { calmly, startLoad } from './load.ts'
import { type Machine, machineNamed, testSite } from './machine.ts'

const silent = () => undefined
const swarmService = 'com.docker.swarm.service.name'
const isOfTheTest = (name: string) => name.startsWith('/berth-') || name.startsWith(`/${standInName}`)
const baseImages = ['debian:bookworm-slim', 'node:26-bookworm-slim', 'registry:2']
const volumes = '/var/lib/docker/volumes'
const folder = mkdtempSync(join(tmpdir(), 'berth-builds-'))
let platform: Platform
let client: Client
/** Builds everything but where it is said otherwise; the other has the server and what serves. */
let builder: Machine

before(async () => {
  platform = await startPlatform('machine1')
  client = createClient({ baseUrl: `http://${platform.machine.address}`, token: await platform.token() })
  const outer = new Docker()
  await platform.giveImages('machine2')
  await createMachines(
    { names: ['machine2'], count: undefined, memoryBytes: undefined, role: 'worker' },
    {
      ...{ outer, site: testSite(platform.runId), imagesFrom: platform.machine.docker, client },
      ...{ step: plainSteps(silent), group: plainGroup(silent) },
    },
  )
  builder = await machineNamed('machine2', platform.runId)
  await copyImages(await listMissingImages(builder.docker, baseImages), { from: outer, to: builder.docker })
  await buildTestApp(platform.machine)
  await berth('deploy', '--image', 'test-app:1', '--port', '8080', '--name', 'steady', '--replicas', '2')
  await berth('machines', 'cordon', 'machine1')
  for (const { docker } of [platform.machine, builder]) {
    await startRegistryStandIns(docker)
    await startPasswordRegistry(docker)
  }
})
after(async () => {
  await platform?.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** One that must end well. */
async function berth(...argv: string[]): Promise<Outcome> {
  const ended = await platform.berth(...argv)
  assert.equal(ended.code, 0, `berth ${argv.join(' ')}\n${ended.stdout}${ended.stderr}`)
  return ended
}

function archive(name: string, bytes: Buffer): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

const newestBuild = async (app: string): Promise<Build> => {
  const [build] = await client.call(listBuilds, { params: { app }, query: { limit: 1 } })
  return build ?? assert.fail(`${app} has no build`)
}

/** Its failure, with the words that the command printed. */
async function failureOf(name: string, files: Files, ...options: string[]) {
  const source = await writeFolder(join(folder, name), files)
  const { code, stdout, stderr } = await platform.berth('deploy', source, '--build-only', ...options)
  const { state, failure } = await newestBuild(name)
  assert.ok(failure, `${state}\n${stdout}${stderr}`)
  assert.ok(code !== 0 && stderr.includes(failure.message), stderr)
  return { ...failure, output: stdout }
}

/** Until the step begins. */
const stepOf = (app: string, number: number) =>
  until(
    `step ${number} of ${app}`,
    () => newestBuild(app),
    ({ steps }) => steps.length >= number,
  )

async function assertNothingOfBuilds({ docker, exec }: Machine) {
  await until(
    'no container of a build is left',
    async () => {
      const containers = await docker.listContainers({ all: true })
      return containers.filter(({ Labels, Names: [name = ''] }) => !isOfTheTest(name) && !Labels[swarmService])
    },
    (left) => left.length === 0,
  )
  await until(
    'no folder of a build is left',
    // Where nothing was ever built there is no folder for it.
    async () => (await exec(['find', `${volumes}/berth-agent/_data`, '-path', '*/builds/*'])).output.trim(),
    (left) => left === '',
  )
}

const namelessImages = async ({ docker }: Machine) =>
  (await docker.listImages({ filters: { dangling: ['true'] } })).map(({ Id }) => Id).sort()

async function answerOf(app: string): Promise<string> {
  const { status, body } = await platform.get(`${app}.localhost`)
  return `${status} ${body}`
}

test('a folder is deployed by its Dockerfile, and a zip by the one that is written for it', async () => {
  const deployed = await berth('deploy', await writeFolder(join(folder, 'docker-app'), dockerApp))
  assert.match(deployed.stdout, /Building on machine2/)
  assert.equal(await answerOf('docker-app'), '200 by its Dockerfile')
  await berth('deploy', archive('plain-app.zip', zipOf(plainApp)))
  assert.equal(await answerOf('plain-app'), '200 by what its files show')
  await assertNothingOfBuilds(builder)
})

test('the same source again becomes the next release, also where an instance runs from what it was before', async () => {
  const source = await writeFolder(join(folder, 'same-app'), dockerApp)
  await berth('deploy', source, '--replicas', '2')
  await berth('deploy', source)
  const again = await berth('deploy', source)
  assert.match(again.stdout, /same-app v3 answers/)
  assert.equal(await answerOf('same-app'), '200 by its Dockerfile')
  await berth('rm', 'same-app', '--yes')
})

test('a tar.gz of several services: each runs, finds the others of its release by name, and one answers', async () => {
  const bundle = (version: string) => archive('bundle.tar.gz', tarGzOf(severalServices(version)))
  const printed = await berth('deploy', bundle('one'), '--print-dockerfile')
  assert.equal(printed.stdout.match(/^CMD /gm)?.length, 3)
  await berth('deploy', bundle('one'))
  assert.equal(await answerOf('several'), '200 face one, greeter one')
  const services = JSON.parse((await berth('ps', 'several', '--json')).stdout) as { service: string; state: string }[]
  assert.deepEqual(services.map(({ service, state }) => `${service} ${state}`).sort(), [
    'app-server running',
    'clock running',
    'greeter running',
  ])
  const load = startLoad({
    ...calmly,
    ...{ address: platform.machine.address, port: 80, host: 'several.localhost' },
    ...{ keepAliveWorkers: 1, newConnectionWorkers: 1 },
  })
  await berth('deploy', bundle('two'))
  assert.equal(await answerOf('several'), '200 face two, greeter two')
  const { failures, bodies } = await load.stop()
  assert.deepEqual(failures, [])
  assert.deepEqual([...bodies.keys()].sort(), ['face one, greeter one', 'face two, greeter two'])
})

test('the log is kept, and its steps have their times', async () => {
  const { stdout } = await berth('builds', 'log', 'docker-app')
  assert.match(stdout, /^\[1\/\d\] FROM node:26-bookworm-slim$/m)
  assert.match(stdout, /^Image 127\.0\.0\.1:5000\/docker-app@sha256:/m)
  const { steps } = await newestBuild('docker-app')
  // One builder counts what only describes the image, and the other does not.
  const titles = steps.map(({ title }) => title)
  assert.deepEqual(titles.slice(0, 2), ['FROM node:26-bookworm-slim', 'COPY server.js /'])
  assert.deepEqual(new Set(steps.map(({ state }) => state)), new Set(['done']))
  for (const { startedAt, finishedAt } of steps) assert.ok(finishedAt && finishedAt >= startedAt)
})

test('a build of thirty steps that is cancelled at the seventeenth stops, and nothing of it is left', async () => {
  const before = await namelessImages(builder)
  const source = await writeFolder(join(folder, 'long'), thirtySteps)
  const deploying = platform.berth('deploy', source)
  await stepOf('long', 17)
  await berth('builds', 'cancel', 'long')
  const { code, stdout, stderr } = await deploying
  assert.ok(code !== 0)
  assert.match(stdout + stderr, /cancelled by /)
  await assertNothingOfBuilds(builder)
  await until(
    'its layers are gone',
    () => namelessImages(builder),
    (left) => JSON.stringify(left) === JSON.stringify(before),
  )
  assert.equal((await newestBuild('long')).steps.length, 17)
})

test('builds that want all memory, processes, disk or time fail with the reason, and an app is served all the while', async () => {
  const load = startLoad({
    ...calmly,
    ...{ address: platform.machine.address, port: 80, host: 'steady.localhost' },
    ...{ keepAliveWorkers: 2, newConnectionWorkers: 1 },
  })
  const memory = await failureOf('memory', running('tail /dev/zero'), '--build-memory', '128M')
  assert.equal(memory.code, 'out_of_memory')
  assert.match(memory.message, /more memory than the build may have: tail \/dev\/zero/)

  const forks = await failureOf('forks', running('while :; do sleep 600 & done'))
  assert.equal(forks.code, 'command_failed')
  assert.match(forks.message, /more than the 1024 processes/)

  const before = await namelessImages(builder)
  const write = 'for i in $(seq 50); do fallocate -l 1G /file$i; sleep 0.2; done'
  const disk = await failureOf('disk', running('echo first > /first', write))
  assert.equal(disk.code, 'disk_limit')
  assert.match(disk.message, /wrote more than 10 GiB|less than 1 GiB of disk/)
  assert.deepEqual(await namelessImages(builder), before)

  const time = await failureOf('time', running('sleep 600'), '--build-time', '10s')
  assert.equal(time.code, 'time_limit')
  assert.match(time.message, /longer than 10\.0 s, at: RUN sleep 600/)

  const { requests, failures } = await load.stop()
  assert.ok(requests > 100)
  assert.deepEqual(failures, [])
  await assertNothingOfBuilds(builder)
})

for (const [name, bytes, words] of hostileArchives) {
  test(`${name} is refused, and the server keeps nothing of it`, async () => {
    const { code, stderr } = await platform.berth('deploy', archive(name, bytes()), '--name', 'hostile')
    assert.notEqual(code, 0)
    assert.match(stderr, words)
    const { output } = await platform.machine.exec(['find', `${volumes}/berth-server/_data/sources`, '-type', 'f'])
    assert.equal(output.trim(), '')
    assert.equal((await newestBuild('hostile')).failure?.code, 'archive_invalid')
  })
}

test('a registry that is down, silent or locked is told as that; one that is slow is waited for', async () => {
  const at = (port: number) => basedOn(`127.0.0.1:${port}/base:1`)
  const down = await failureOf('down', at(standIns.down))
  assert.equal(down.code, 'registry_unreachable')
  assert.match(down.message, /connection refused/)

  const quiet = await failureOf('quiet', at(standIns.silent), '--build-time', '10s')
  assert.match(quiet.message, /longer than 10\.0 s, at: FROM 127\.0\.0\.1:5703\/base:1/)

  const locked = await failureOf('locked', at(standIns.locked))
  assert.equal(locked.code, 'base_image_missing')
  assert.match(locked.message, /wants a user name and a password/)
  assert.match(locked.hint ?? '', /berth registries add/)
  const body = { host: `127.0.0.1:${standIns.locked}`, ...standInPassword, project: null }
  assert.equal((await platform.api('POST', '/v1/registries', { body })).status, 200)
  await berth('deploy', join(folder, 'locked'), '--build-only')

  await berth('deploy', await writeFolder(join(folder, 'slow'), at(standIns.slow)), '--build-only')
})

test('what is built goes to a registry outside as well, if that takes it, and has the number of its release in ours', async () => {
  const to = `${passwordRegistry}/team/shop:1.2`
  const down = await failureOf('pushed', dockerApp, '--push', `127.0.0.1:${standIns.down}/shop:1`)
  assert.equal(down.code, 'registry_unreachable')
  const refused = await failureOf('pushed', dockerApp, '--push', to)
  assert.equal(refused.code, 'push_refused')
  assert.match(refused.message, /no credentials are stored/)

  const body = { host: passwordRegistry, ...standInPassword, project: null }
  assert.equal((await platform.api('POST', '/v1/registries', { body })).status, 200)
  await berth('deploy', join(folder, 'pushed'), '--push', to)
  assert.equal(await answerOf('pushed'), '200 by its Dockerfile')
  const [, digest = ''] = /^Pushed \S+@(sha256:\w+)$/m.exec((await berth('builds', 'log', 'pushed')).stdout) ?? []
  const { docker } = builder
  const names = (await docker.listImages()).flatMap(({ RepoTags, RepoDigests }) => [RepoTags, RepoDigests])
  assert.ok(!names.flat().some((name) => name?.startsWith(passwordRegistry)))

  await pull(to, { ...standInPassword, serveraddress: passwordRegistry })
  const { RepoDigests } = await docker.getImage(to).inspect()
  assert.ok(RepoDigests.includes(`${passwordRegistry}/team/shop@${digest}`))
  await pull('127.0.0.1:5000/pushed:v1')
  const released = await docker.getImage('127.0.0.1:5000/pushed:v1').inspect()
  const [built] = (await newestBuild('pushed')).images
  assert.ok(built && released.RepoDigests.includes(built.image))
})

/** Onto the machine that builds. */
async function pull(name: string, authconfig: object = {}) {
  const { docker } = builder
  const stream = await docker.pull(name, { authconfig })
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve())),
  )
}

test('two builds of one app wait for each other, and a server that is killed meanwhile takes both up again', async () => {
  // A server cannot be started again while its only machine takes nothing new.
  await berth('machines', 'uncordon', 'machine1')
  const words = async (step: string) => {
    const source = await writeFolder(join(folder, step), running(`sleep 6 && echo ${step}`))
    return ['deploy', source, '--name', 'twins', '--build-only']
  }
  const start = async (step: string) =>
    startCommand(await words(step), folder, platform.environment as Record<string, string>)
  const first = await start('first')
  await stepOf('twins', 2)
  const { id } = await newestBuild('twins')
  const second = await start('second')
  await second.says(new RegExp(`(Queued, number 1: waits for build ${id} of the same app)`))

  const [server] = await platform.machine.docker.listContainers({ filters: { label: ['berth.role=server'] } })
  await platform.machine.docker.getContainer(server?.Id ?? '').kill()
  for (const { ended } of [first, second]) {
    const { code, stdout, stderr } = await ended
    assert.equal(code, 0, stdout + stderr)
  }
  const log = await berth('builds', 'log', 'twins', id)
  assert.match(log.stdout, /attempt 2/)
  const [later, earlier] = await client.call(listBuilds, { params: { app: 'twins' }, query: { limit: 2 } })
  assert.ok(later?.startedAt && earlier?.finishedAt && later.startedAt >= earlier.finishedAt)
  for (const machine of [platform.machine, builder]) await assertNothingOfBuilds(machine)
})

test('a build whose machine dies begins anew on another one, and ends well', async () => {
  const source = await writeFolder(join(folder, 'orphan'), running('sleep 5'))
  await berth('machines', 'cordon', 'machine1')
  const deploying = platform.berth('deploy', source, '--build-only')
  const { id } = await stepOf('orphan', 2)
  await berth('machines', 'uncordon', 'machine1')
  await builder.kill()
  const { code, stdout, stderr } = await deploying
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /machine2 was lost/)
  const { machine } = await client.call(getBuild, { params: { app: 'orphan', buildId: id } })
  assert.equal(machine, 'machine1')
  await assertNothingOfBuilds(platform.machine)
  await builder.start()
  await assertNothingOfBuilds(builder)
})
