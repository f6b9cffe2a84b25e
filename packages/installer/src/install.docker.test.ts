import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { createMachine, type Machine, processRunId, removeMachines } from '../../../tests/machine.ts'
import { baseImageNames } from './base-images/base-image-names.ts'
import { type InstallerConfig, readConfig } from './config.ts'
import { planDown } from './down.ts'
import { readBuildContext } from './images/build-context.ts'
import { agentContainer, isOurContainer, roleLabel, serverService } from './names.ts'
import { probe } from './readiness/probe.ts'
import { plainSteps } from './steps.ts'
import { up } from './up.ts'

const runId = processRunId('installer')
const silent = plainSteps(() => undefined)
const ours = { filters: { label: [roleLabel] } }
let machine: Machine
let folder: string
let config: InstallerConfig

before(async () => {
  machine = await createMachine({ name: 'installer', runId, images: baseImageNames })
  folder = await mkdtemp(join(tmpdir(), 'berth-installer-'))
  const given = readConfig({
    BERTH_DOCKER_SOCKET: machine.socketPath,
    BERTH_ADDRESS: machine.address,
    BERTH_STATE_DIR: join(folder, 'state'),
    BERTH_CONFIG: join(folder, 'cli.json'),
  })
  config = { ...given, projectDir: await freeze(given.projectDir, join(folder, 'project')) }
  await machine.docker.createVolume({ Name: 'theirs' })
  await machine.docker.createNetwork({ Name: 'theirs' })
  const foreign = await machine.docker.createContainer({ name: 'theirs', Image: 'nginx:stable' })
  await foreign.start()
})

after(async () => {
  await removeMachines(runId)
  await rm(folder, { recursive: true, force: true })
})

test('the first run ends with Berth answering through its edge', async () => {
  const { changes, isFirstInstall } = await up(config, silent)
  assert.equal(isFirstInstall, true)
  assert.equal(changes.includes('Make a swarm of one machine'), true)
  const answer = await probe({ address: machine.address, port: 80, host: 'berth.localhost', path: '/healthz' })
  assert.equal(answer?.status, 200)
})

test('the second run changes nothing', async () => {
  const { changes, isFirstInstall } = await up(config, silent)
  assert.deepEqual(changes, [])
  assert.equal(isFirstInstall, false)
})

test('a run after an accident puts back exactly what is missing', async () => {
  await machine.docker.getContainer(agentContainer).remove({ force: true })
  const [server] = await machine.docker.listServices({ filters: { name: [serverService] } })
  assert.ok(server)
  await machine.docker.getService(server.ID).remove()
  const { changes } = await up(config, silent)
  assert.deepEqual(changes, [
    'Start berth-server',
    'Make the agent',
    "Issue this machine's certificate",
    'Start the agent',
  ])
})

test('down leaves the data and everything that is not ours, and up goes on with those data', async () => {
  await (await planDown(config, { withData: false })).apply(silent)
  const containers = await machine.docker.listContainers({ all: true })
  assert.deepEqual(
    containers.filter(({ Labels }) => isOurContainer(Labels)),
    [],
  )
  assert.equal((await machine.docker.info()).Swarm.LocalNodeState, 'inactive')
  const { Volumes: volumes } = await machine.docker.listVolumes(ours)
  assert.equal(volumes.length, 4)
  await assertTheirsAreThere()
  await up(config, silent)
})

test('down with data leaves only what was there before', async () => {
  await (await planDown(config, { withData: true })).apply(silent)
  const { Volumes: volumes } = await machine.docker.listVolumes(ours)
  assert.deepEqual(volumes, [])
  assert.deepEqual(await machine.docker.listNetworks(ours), [])
  await assertTheirsAreThere()
  assert.deepEqual((await planDown(config, { withData: true })).steps, [])
})

/** The sources as they are now: somebody may go on working on them while this test runs. */
async function freeze(projectDir: string, frozenDir: string): Promise<string> {
  const { files } = await readBuildContext(projectDir)
  for (const { path, content } of files) {
    await mkdir(dirname(join(frozenDir, path)), { recursive: true })
    await writeFile(join(frozenDir, path), content)
  }
  return frozenDir
}

async function assertTheirsAreThere() {
  assert.equal((await machine.docker.getContainer('theirs').inspect()).State.Running, true)
  await machine.docker.getVolume('theirs').inspect()
  await machine.docker.getNetwork('theirs').inspect()
}
