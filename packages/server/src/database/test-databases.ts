import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Client } from 'pg'
import type { StoreDeps } from './database.ts'
import { type DatabaseLocation, openDatabase } from './open-database.ts'

/** One of the engines that every store has to work on. */
export interface TestEngine {
  name: string
  /** A place for a new database, removed after the test. */
  place(t: TestContext): Promise<DatabaseLocation>
}

/** Opens what is at a place, closes it after the test; time stands still unless `now` is given. */
export async function openForTest(
  t: TestContext,
  location: DatabaseLocation,
  now = () => testTimeMs,
): Promise<StoreDeps> {
  const database = await openDatabase(location)
  t.after(() => database.close())
  return { database, newId: randomUUIDv7, now }
}

export const testTimeMs = Date.parse('2030-01-02T03:04:05Z')

export const onSqlite: TestEngine = {
  name: 'SQLite',
  async place(t) {
    const folder = await mkdtemp(join(tmpdir(), 'berth-database-'))
    t.after(() => rm(folder, { recursive: true }))
    return { databasePath: join(folder, 'berth.db') }
  },
}

export const onPostgres: TestEngine = {
  name: 'PostgreSQL',
  async place(t) {
    const url = new URL(process.env.BERTH_TEST_POSTGRES_URL ?? missingUrl())
    const schema = `test_${randomUUID().replaceAll('-', '')}`
    await administer(url, `create schema ${schema}`)
    t.after(() => administer(url, `drop schema ${schema} cascade`))
    url.searchParams.set('options', `-c search_path=${schema}`)
    return { databaseUrl: url.href }
  },
}

function missingUrl(): never {
  throw new Error('Set BERTH_TEST_POSTGRES_URL to a PostgreSQL database that the tests may use')
}

async function administer(url: URL, statement: string) {
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(statement)
  await client.end()
}
