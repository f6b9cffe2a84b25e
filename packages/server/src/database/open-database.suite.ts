import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isUniqueViolation } from './database-errors.ts'
import { migrations } from './migrations/index.ts'
import { openDatabase } from './open-database.ts'
import { openForTest, type TestEngine } from './test-databases.ts'

const project = (name: string) => ({ name, createdAtMs: 1_900_000_000_000 })

export const openDatabaseSuite = (engine: TestEngine) =>
  describe(`a database on ${engine.name}`, () => {
    test('is migrated once although several servers start at the same moment', async (t) => {
      const location = await engine.place(t)
      const opened = await Promise.all([1, 2, 3, 4].map(() => openForTest(t, location)))
      const { rows } = await appliedMigrations(opened[3]?.database)
      assert.deepEqual(rows, Object.keys(migrations))
    })

    test('that a newer version has written is refused, and left as it is', async (t) => {
      const location = await engine.place(t)
      const { database } = await openForTest(t, location)
      const newer = { name: '9999-from-the-future', timestamp: new Date().toISOString() }
      await database.db
        .insertInto('kysely_migration' as never)
        .values(newer as never)
        .execute()
      await assert.rejects(
        openDatabase(location),
        /newer version of Berth \(9999-from-the-future\): start that version/,
      )
      assert.equal((await appliedMigrations(database)).rows.at(-1), '9999-from-the-future')
    })

    test('tells a taken key from other failures', async (t) => {
      const { db } = (await openForTest(t, await engine.place(t))).database
      await db.insertInto('projects').values(project('a')).execute()
      const taken = db.insertInto('projects').values(project('a')).execute()
      await assert.rejects(taken, (error) => isUniqueViolation(error))
      const orphan = { name: 'x', project: 'none', replicas: 1, isStopped: 0, activeDeploymentId: null, createdAtMs: 1 }
      await assert.rejects(db.insertInto('apps').values(orphan).execute(), (error) => !isUniqueViolation(error))
    })

    test('gives milliseconds back as numbers', async (t) => {
      const { db } = (await openForTest(t, await engine.place(t))).database
      await db.insertInto('projects').values(project('a')).execute()
      assert.deepEqual(await db.selectFrom('projects').selectAll().execute(), [project('a')])
      const { count } = await db
        .selectFrom('projects')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      assert.equal(count, 1)
    })

    test('keeps nothing of a transaction that throws, and goes on after it', async (t) => {
      const { database } = await openForTest(t, await engine.place(t))
      const failed = database.transaction(async (trx) => {
        await trx.insertInto('projects').values(project('a')).execute()
        throw new Error('changed my mind')
      })
      await assert.rejects(failed, /changed my mind/)
      assert.deepEqual(await database.db.selectFrom('projects').selectAll().execute(), [])
    })

    test('lets transactions that read first and write later all succeed', async (t) => {
      const location = await engine.place(t)
      const servers = [await openForTest(t, location), await openForTest(t, location)]
      const work = Array.from({ length: 40 }, (_, i) =>
        servers[i % 2]?.database.transaction(async (trx) => {
          await trx.selectFrom('projects').selectAll().execute()
          await trx
            .insertInto('projects')
            .values(project(`p${i}`))
            .execute()
        }),
      )
      await Promise.all(work)
      assert.equal((await servers[0]?.database.db.selectFrom('projects').selectAll().execute())?.length, 40)
    })
  })

async function appliedMigrations(database: Awaited<ReturnType<typeof openDatabase>> | undefined) {
  const query = database?.db.selectFrom('kysely_migration' as never).select('name' as never)
  const found = ((await query?.execute()) ?? []) as { name: string }[]
  return { rows: found.map(({ name }) => name).sort() }
}
