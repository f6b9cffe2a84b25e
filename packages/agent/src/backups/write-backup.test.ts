import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { backupKey, readBackupFile } from '@berth/engine'
import { backupFolder } from './backup-folder.ts'
import { writeBackup } from './write-backup.ts'

const { signal } = new AbortController()
const swarm = {
  'docker-state.json': '{}',
  'state.json': '[]',
  'certificates/swarm-node.key': 'key',
  'certificates/swarm-node.crt': 'certificate',
  'certificates/swarm-root-ca.crt': 'authority',
  'raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal': 'x'.repeat(300_000),
  'raft/wal-v3-encrypted/0.tmp': 'only prepared',
  'worker/tasks.db': 'cannot be copied',
}
const database = randomBytes(700_000)
const request = {
  ...{ backupId: 'b1', machine: 'machine1', hasDatabase: true },
  keyBase64: randomBytes(32).toString('base64'),
  stateFiles: { 'ca.key': 'secret', 'bootstrap.json': '{}' },
}

function setUp(t: TestContext, files: Record<string, string> = swarm) {
  const root = mkdtempSync(join(tmpdir(), 'berth-backup-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'swarm', name)), { recursive: true })
    writeFileSync(join(root, 'swarm', name), content)
  }
  const backups = backupFolder(join(root, 'backups'))
  async function* fetchFile() {
    yield database.subarray(0, 500_000)
    yield database.subarray(500_000)
  }
  const deps = { backups, swarmFolder: join(root, 'swarm'), fetchFile, now: () => Date.UTC(2026, 0, 2, 3, 4, 5) }
  return { root, backups, deps, key: Buffer.from(request.keyBase64, 'base64') }
}

test('a backup has the state of the swarm, the secrets and the database, and opens with its key alone', async (t) => {
  const { root, backups, deps, key } = setUp(t)
  const { name } = await writeBackup(request, deps, signal)
  assert.equal(name, '20260102T030405Z-machine1.backup')
  assert.deepEqual(readdirSync(backups.folder), [name])
  const into = join(root, 'restored')
  const entries = await readBackupFile(join(backups.folder, name), { key, into }, signal)
  const { 'raft/wal-v3-encrypted/0.tmp': _tmp, 'worker/tasks.db': _worker, ...wanted } = swarm
  assert.deepEqual(
    entries.map((entry) => entry.name).sort(),
    [
      ...Object.keys(wanted).map((path) => `swarm/${path}`),
      'state/ca.key',
      'state/bootstrap.json',
      'database/berth.db',
    ].sort(),
  )
  assert.deepEqual(readFileSync(join(into, 'database/berth.db')), database)
  for (const [path, content] of Object.entries(wanted)) {
    assert.equal(readFileSync(join(into, 'swarm', path), 'utf8'), content)
  }
  const other = readBackupFile(join(backups.folder, name), { key: randomBytes(32) }, signal)
  await assert.rejects(other, { code: 'conflict' })
})

test('a backup that was changed or cut off anywhere is refused', async (t) => {
  const { backups, deps, key } = setUp(t)
  const { name } = await writeBackup(request, deps, signal)
  const whole = readFileSync(join(backups.folder, name))
  const damaged = join(backups.folder, 'damaged')
  const flipped = Buffer.from(whole)
  flipped[whole.length - 40] = (whole.at(-40) ?? 0) ^ 1
  for (const content of [flipped, whole.subarray(0, -1), whole.subarray(0, 20), Buffer.alloc(0)]) {
    writeFileSync(damaged, content)
    await assert.rejects(readBackupFile(damaged, { key }, signal), { code: 'conflict' })
  }
})

test('a machine without the state of a manager has nothing to back up, and leaves nothing behind', async (t) => {
  const { backups, deps } = setUp(t, { 'docker-state.json': '{}', 'certificates/swarm-node.key': 'key' })
  await assert.rejects(writeBackup(request, deps, signal), { code: 'conflict' })
  assert.deepEqual(readdirSync(backups.folder), [])
})

test('a copy is listed only once its last piece is there, and a piece out of order is refused', async (t) => {
  const { backups } = setUp(t)
  const name = '20260102T030405Z-machine2.backup'
  await backups.append(name, { offset: 0, piece: Buffer.from('abc') })
  await assert.rejects(backups.append(name, { offset: 1, piece: Buffer.from('d') }), { code: 'conflict' })
  await backups.append(name, { offset: 3, piece: Buffer.from('d') })
  assert.deepEqual(await backups.list(), [])
  await backups.adopt(name)
  assert.deepEqual(await backups.list(), [{ name, sizeBytes: 4 }])
  assert.equal((await backups.read(name, 2)).toString(), 'cd')
})

test('the key of backups does not depend on the line ends of the file that it comes from', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  assert.deepEqual(backupKey(pem), backupKey(pem.replaceAll('\n', '\r\n')))
})
