import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { passwordLanes } from '../../users/password-lanes.ts'
import { quickPasswords } from '../../users/test-passwords.ts'
import { userStore } from '../../users/user-store.ts'
import { migrate } from '../migrate.ts'
import type { DatabaseLocation } from '../open-database.ts'
import { postgresPool } from '../postgres-pool.ts'
import type { Schema } from '../schema.ts'
import { openSqliteConnection } from '../sqlite/sqlite-connection.ts'
import { sqliteDialect } from '../sqlite/sqlite-dialect.ts'
import { openForTest, type TestEngine } from '../test-databases.ts'
import * as m0001 from './0001-first-tables.ts'

/** A database as the earlier version leaves it behind. */
async function leaveEarlierDatabase(location: DatabaseLocation, users: readonly Record<string, unknown>[]) {
  const dialect =
    'databaseUrl' in location
      ? new PostgresDialect({ pool: postgresPool(location.databaseUrl) })
      : sqliteDialect(await openSqliteConnection(location.databasePath))
  const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] })
  await migrate(db, { '0001-first-tables': m0001 })
  for (const user of users)
    await db
      .insertInto('users')
      .values(user as never)
      .execute()
  await db.destroy()
}

const openNow = async (t: TestContext, location: DatabaseLocation) =>
  userStore({
    ...(await openForTest(t, location)),
    lanes: passwordLanes(),
    passwords: quickPasswords,
    onAccessChange: () => undefined,
  })

export const signInMigrationSuite = (engine: TestEngine) =>
  describe(`a database of the version before sign-in on ${engine.name}`, () => {
    test('keeps its admin, who signs in with the same one-time password and stays the last admin', async (t) => {
      const location = await engine.place(t)
      const id = randomUUIDv7()
      const passwordHash = await quickPasswords.hash('one-time')
      const old = { id, email: 'ada@example.org', passwordHash, isAdmin: 1, mustChangePassword: 1, createdAtMs: 5 }
      await leaveEarlierDatabase(location, [old])
      const users = await openNow(t, location)
      assert.deepEqual(await users.list(), [
        {
          id,
          email: 'ada@example.org',
          isAdmin: true,
          isBlocked: false,
          mustChangePassword: true,
          hasSecondFactor: false,
          lastSignInAtMs: null,
          createdAtMs: 5,
        },
      ])
      assert.equal(await users.holdsPassword(id, 'one-time'), true)
      await assert.rejects(users.update(id, { isAdmin: false }), { code: 'last_admin' })
      await users.ensureAdmin({ email: 'other@example.org', password: 'other' })
      assert.equal((await users.list()).length, 1)
    })

    test('without a user gets its first admin', async (t) => {
      const location = await engine.place(t)
      await leaveEarlierDatabase(location, [])
      const users = await openNow(t, location)
      await users.ensureAdmin({ email: 'ada@example.org', password: 'one-time' })
      const [admin] = await users.list()
      await assert.rejects(users.remove(admin?.id ?? ''), { code: 'last_admin' })
    })
  })
