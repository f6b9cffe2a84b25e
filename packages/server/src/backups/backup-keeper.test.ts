import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type BackupFile, backupNameOf, PlatformError } from '@berth/contract'
import pino from 'pino'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { backupKeeper } from './backup-keeper.ts'
import { databaseCopies } from './database-copy.ts'

const { signal } = new AbortController()
const nowMs = Date.UTC(2026, 0, 2)

type Asked = { verb: string; machine: string; backupId?: string }

/** Machines whose agents answer by what they are told, and remember what they were asked. */
function setUp(t: TestContext, names: readonly string[], { failing }: { failing?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-keeper-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const databasePath = join(folder, 'berth.db')
  const database = new DatabaseSync(databasePath)
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE apps (name TEXT); INSERT INTO apps VALUES ('shop')")
  t.after(() => database.close())
  const content = randomBytes(1_000)
  const asked: Asked[] = []
  const files = new Map<string, BackupFile[]>(names.map((name) => [name, []]))
  const seen: { database?: Buffer } = {}

  const open = (backupId = '', name: string, isManager: boolean) => keeper.openDatabase(backupId, { name, isManager })

  const agentOf = (machine: string) => {
    async function call(verb: string, input: { backupId?: string; name?: string; offset?: number }) {
      asked.push({ verb, machine, ...(input.backupId ? { backupId: input.backupId } : {}) })
      if (verb === 'listBackupFiles') return files.get(machine)
      if (verb === 'readBackup') return { base64: content.toString('base64') }
      if (verb === 'keepBackup') return void files.get(machine)?.push({ name: input.name ?? '', sizeBytes: 1_000 })
      if (machine === failing) throw new PlatformError('engine_failed', 'No room')
      await assert.rejects(open(input.backupId, 'another', true), { code: 'forbidden' })
      await assert.rejects(open(input.backupId, machine, false), { code: 'forbidden' })
      const copy = await open(input.backupId, machine, true)
      seen.database = await copy.readFile()
      await copy.close()
      const file = { name: backupNameOf({ machine, createdAt: new Date(nowMs) }), sizeBytes: content.length }
      files.get(machine)?.push(file)
      return file
    }
    return { name: machine, isManager: machine.startsWith('m'), channel: { call } } as unknown as AgentConnection
  }
  const agents = { list: () => names.map(agentOf) }
  const events: string[] = []
  const copyFolder = join(folder, 'copy')
  const keeper = backupKeeper({
    agents,
    copies: databaseCopies({ databasePath, folder: copyFolder }),
    key: randomBytes(32),
    stateFiles: {},
    activity: { add: async ({ kind, detail }) => void events.push(`${kind} ${detail}`) as never },
    newId: () => `b${asked.length}`,
    now: () => nowMs,
    log: pino({ level: 'silent' }),
  })
  return { keeper, asked, events, seen, folder, copyFolder }
}

test('each manager writes one, and the next machine keeps a copy of it', async (t) => {
  const { keeper } = setUp(t, ['m1', 'm2', 'w1'])
  const { backups, failures } = await keeper.create({ actor: 'ann' }, signal)
  assert.deepEqual(failures, [])
  assert.deepEqual(
    backups.map(({ machine, keptOn }) => [machine, keptOn]),
    [
      ['m1', ['m1', 'm2']],
      ['m2', ['m2', 'w1']],
    ],
  )
  const listed = await keeper.list(signal)
  assert.deepEqual(
    listed.map(({ machine, keptOn }) => [machine, keptOn]).toSorted(),
    backups.map(({ machine, keptOn }) => [machine, keptOn]),
  )
})

test('the database in it is whole, and its copy is gone from the server afterwards', async (t) => {
  const { keeper, seen, folder, copyFolder } = setUp(t, ['m1'])
  await keeper.create({ actor: 'ann' }, signal)
  writeFileSync(join(folder, 'seen.db'), seen.database ?? '')
  const copied = new DatabaseSync(join(folder, 'seen.db'))
  assert.deepEqual({ ...copied.prepare('SELECT name FROM apps').get() }, { name: 'shop' })
  copied.close()
  assert.deepEqual(readdirSync(copyFolder), [])
})

test('the database goes only to the manager that writes a backup now', async (t) => {
  const { keeper, asked } = setUp(t, ['m1'])
  await keeper.create({ actor: 'ann' }, signal)
  const backupId = asked.find(({ verb }) => verb === 'writeBackup')?.backupId ?? assert.fail('none was written')
  await assert.rejects(keeper.openDatabase(backupId, { name: 'm1', isManager: true }), { code: 'forbidden' })
})

test('a manager that fails is told in words and keeps no other from its backup', async (t) => {
  const { keeper, events } = setUp(t, ['m1', 'm2'], { failing: 'm1' })
  const { backups, failures } = await keeper.create({ actor: 'ann' }, signal)
  assert.deepEqual(failures, [{ machine: 'm1', message: 'No room' }])
  assert.deepEqual(
    backups.map(({ machine }) => machine),
    ['m2'],
  )
  assert.deepEqual(events, ['backup_failed m1: No room'])
})

test('a change is not kept from happening by a backup that cannot be written', async (t) => {
  const { keeper } = setUp(t, [])
  await assert.rejects(keeper.create({ actor: 'ann' }, signal), { code: 'engine_unavailable' })
  await keeper.createBefore('ann', signal)
})
