import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Backup } from '@berth/contract'
import { backupKey, readBackupFile, writeBackupFile } from '@berth/engine'
import { extract } from 'tar-stream'
import { readConfig } from '../packages/installer/src/config.ts'
import { goOnAlone, type RestoreOptions, restore } from '../packages/installer/src/restore/restore.ts'
import { plainSteps } from '../packages/installer/src/steps.ts'
import { type Platform, startPlatform, until } from './e2e/platform.ts'
import { buildTestApp, deployTestApp } from './e2e/test-app.ts'
import { createMachine, type Machine } from './machine.ts'

const { signal } = new AbortController()
const engineFolder = '/var/lib/docker'
const sectorBytes = 512
const steps: string[] = []
let platform: Platform
let folder: string
let backup: Backup

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-backups-'))
  platform = await startPlatform('machine1')
  await buildTestApp(platform.machine)
  const deployed = await deployTestApp(platform, 'shop', '--port', '8080')
  assert.equal(deployed.code, 0, deployed.stdout + deployed.stderr)
})
after(async () => {
  await platform?.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** As on the machine itself, with a state folder of its own. */
const optionsFor = (stateDir: string): RestoreOptions => ({
  config: readConfig({ ...platform.environment, BERTH_STATE_DIR: stateDir }),
  step: plainSteps((line) => void steps.push(line)),
  signal,
  async restartEngine() {
    await platform.machine.stop()
    await platform.machine.start()
  },
})
const ids = async () => {
  const { docker } = platform.machine
  const [services, secrets, networks] = await Promise.all([
    docker.listServices(),
    docker.listSecrets(),
    docker.listNetworks({ filters: { driver: ['overlay'], label: ['berth.role'] } }),
  ])
  return [services.map(({ ID }) => ID), secrets.map(({ ID }) => ID), networks.map(({ Id }) => Id)].map((it) =>
    it.sort(),
  )
}
const appAnswers = () =>
  until(
    'the app answers',
    async () => (await platform.get('shop.localhost')).status,
    (status) => status === 200,
    90_000,
  )

test('a backup is written, read back and listed', async () => {
  const created = await platform.berth('backups', 'create', '--json')
  assert.equal(created.code, 0, created.stdout + created.stderr)
  const listed: Backup[] = JSON.parse((await platform.berth('backups', '--json')).stdout)
  const [newest = assert.fail('none is listed')] = listed
  backup = newest
  assert.deepEqual(JSON.parse(created.stdout).backups, [backup])
  assert.deepEqual([backup.machine, backup.keptOn], ['machine1', ['machine1']])
  assert.match((await platform.berth('status')).stdout, /backup\s+ok/)
})

test('a machine that has lost its swarm, its database and its state folder comes back, also from a log that is torn', async () => {
  const keyFile = join(platform.environment.BERTH_STATE_DIR ?? '', 'ca.key')
  const file = await tearLog(await fetchBackup(backup.name), backupKey(readFileSync(keyFile, 'utf8')))
  const before = await ids()
  const { machine } = platform
  for (const lost of [`${engineFolder}/swarm`, `${engineFolder}/volumes/berth-server/_data`]) {
    await machine.exec(['find', lost, '-mindepth', '1', '-delete'])
  }
  await machine.kill()
  await machine.start()
  assert.equal((await machine.docker.info()).Swarm?.LocalNodeState, 'inactive')

  const stateDir = join(folder, 'state')
  const request = { file, keyFile, replaceSwarm: false, replaceDatabase: false }
  await restore(request, optionsFor(stateDir)).catch((error: unknown) => {
    throw new Error(steps.join('\n'), { cause: error })
  })
  assert.deepEqual(await ids(), before)
  await appAnswers()
  const apps = JSON.parse((await platform.berth('apps', '--json')).stdout)
  assert.deepEqual(
    apps.map(({ name }: { name: string }) => name),
    ['shop'],
  )
  assert.ok(readdirSync(stateDir).includes('bootstrap.json'))
  assert.ok(!readdirSync(stateDir).includes('restore'))
  await assert.rejects(restore(request, optionsFor(stateDir)), /newer than any backup/)
})

test('the last manager goes on alone when the others are gone for good', async () => {
  const other = await joinAsManager('machine2')
  await other.kill()
  await until(
    'the swarm has no leader',
    async () =>
      platform.machine.docker.listNodes().then(
        () => true,
        () => false,
      ),
    (hasLeader) => !hasLeader,
  )
  await goOnAlone(optionsFor(join(folder, 'state'))).catch((error: unknown) => {
    throw new Error(steps.join('\n'), { cause: error })
  })
  await appAnswers()
  assert.equal((await deployTestApp(platform, 'shop', '--env', 'A=1')).code, 0)
})

async function fetchBackup(name: string): Promise<string> {
  const agent = platform.machine.docker.getContainer('berth-agent')
  const archive = await agent.getArchive({ path: `/var/lib/berth/backups/${name}` })
  const path = join(folder, name)
  for await (const entry of archive.pipe(extract())) writeFileSync(path, await buffer(entry))
  return path
}

/** The same, as if it had been copied in the middle of the last write: from some sector on, the log is not there yet. */
async function tearLog(file: string, key: Buffer): Promise<string> {
  const into = join(folder, 'torn')
  const entries = await readBackupFile(file, { key, into }, signal)
  const newest = entries.findLast(({ name }) => name.endsWith('.wal')) ?? assert.fail('no log')
  const log = readFileSync(join(into, newest.name))
  const end = log.findLastIndex((byte) => byte !== 0)
  writeFileSync(join(into, newest.name), log.fill(0, end - (end % sectorBytes)))
  const torn = `${file}.torn`
  await writeBackupFile(torn, { folder: into, key }, signal)
  return torn
}

/** An engine with nothing of Berth on it, which is enough for a quorum that can be lost. */
async function joinAsManager(name: string): Promise<Machine> {
  const { docker, address } = platform.machine
  const machine = await createMachine({ name, runId: platform.runId })
  const { JoinTokens } = await docker.swarmInspect()
  await machine.docker.swarmJoin({
    ListenAddr: '0.0.0.0:2377',
    AdvertiseAddr: machine.address,
    RemoteAddrs: [`${address}:2377`],
    JoinToken: JoinTokens?.Manager ?? '',
  })
  await until(
    `${name} is a manager that counts`,
    async () => (await docker.listNodes()).filter(({ ManagerStatus }) => ManagerStatus?.Reachability === 'reachable'),
    (managers) => managers.length === 2,
  )
  return machine
}
