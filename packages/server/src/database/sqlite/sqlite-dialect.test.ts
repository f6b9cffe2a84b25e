import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { CompiledQuery, Kysely, sql } from 'kysely'
import { isUniqueViolation, SqliteError } from '../database-errors.ts'
import { onSqlite } from '../test-databases.ts'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

type Words = { words: { word: string; count: unknown } }

async function open(t: TestContext) {
  const location = await onSqlite.place(t)
  if (!('databasePath' in location)) throw new TypeError('Not a file')
  const connection = await openSqliteConnection(location.databasePath)
  const batches: number[] = []
  const counted: SqliteConnection = {
    ...connection,
    request(request) {
      if (request.kind === 'batch') batches.push(request.statements.length)
      return connection.request(request)
    },
  }
  const db = new Kysely<Words>({ dialect: sqliteDialect(counted) })
  await sql`create table words (word text primary key, count)`.execute(db)
  t.after(() => db.destroy().catch(() => undefined))
  return { db, batches, connection }
}

const add = (db: Kysely<Words>, word: string) => db.insertInto('words').values({ word, count: 0 }).execute()
const count = async (db: Kysely<Words>) => (await db.selectFrom('words').selectAll().execute()).length

test('200 writers at once share few commits, and the one that fails fails alone', async (t) => {
  const { db, batches } = await open(t)
  batches.length = 0
  const writers = Array.from({ length: 200 }, (_, n) => add(db, n === 150 ? 'w10' : `w${n}`))
  const results = await Promise.allSettled(writers)
  const failed = results.flatMap((result, n) => (result.status === 'rejected' ? [[n, result.reason]] : []))
  assert.equal(failed.length, 1)
  assert.equal(failed[0]?.[0], 150)
  assert.ok(isUniqueViolation(failed[0]?.[1]))
  assert.ok(batches.length <= 5, `${batches}`)
  assert.equal(await count(db), 199)
})

test('writers and transactions at once all get what they asked for', async (t) => {
  const { db } = await open(t)
  const transfer = (n: number) =>
    db.transaction().execute(async (trx) => {
      await add(trx, `t${n}`)
      if (n % 5 === 0) throw new Error('changed my mind')
      await add(trx, `u${n}`)
    })
  const work = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? transfer(n) : add(db, `w${n}`)))
  const results = await Promise.allSettled(work)
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 10)
  assert.equal(await count(db), 50 + 2 * 40)
})

test('a savepoint inside a transaction can be undone alone', async (t) => {
  const { db } = await open(t)
  const trx = await db.startTransaction().execute()
  await add(trx, 'kept')
  const inner = await trx.savepoint('inner').execute()
  await add(inner, 'dropped')
  await inner.rollbackToSavepoint('inner').execute()
  await trx.commit().execute()
  assert.deepEqual(await db.selectFrom('words').select('word').execute(), [{ word: 'kept' }])
})

test('the file is opened so that nothing acknowledged is lost', async (t) => {
  const { db } = await open(t)
  const pragma = async (name: string) =>
    Object.values((await db.executeQuery(CompiledQuery.raw(`pragma ${name}`))).rows[0] ?? {})[0]
  assert.deepEqual(
    [
      await pragma('journal_mode'),
      await pragma('synchronous'),
      await pragma('foreign_keys'),
      await pragma('busy_timeout'),
    ],
    ['wal', 2, 1, 5_000],
  )
})

test('values that SQLite does not know are stored as what we agreed on', async (t) => {
  const { db } = await open(t)
  const stored = async (value: unknown) => {
    await db.deleteFrom('words').execute()
    await db.insertInto('words').values({ word: 'a', count: value }).execute()
    return (await db.selectFrom('words').select('count').executeTakeFirstOrThrow()).count
  }
  assert.equal(await stored(true), 1)
  assert.equal(await stored(false), 0)
  assert.equal(await stored(new Date(1_900_000_000_123)), 1_900_000_000_123)
  assert.equal(await stored(12n), 12)
  assert.equal(await stored(null), null)
  await assert.rejects(stored({ an: 'object' }), TypeError)
})

test('an update tells how many rows it changed', async (t) => {
  const { db } = await open(t)
  await Promise.all([add(db, 'a'), add(db, 'b')])
  assert.equal((await db.updateTable('words').set({ count: 5 }).executeTakeFirst()).numUpdatedRows, 2n)
  assert.deepEqual(await db.updateTable('words').set({ count: 6 }).where('word', '=', 'a').returningAll().execute(), [
    { word: 'a', count: 6 },
  ])
})

test("an error tells the statement and SQLite's code, never the values", async (t) => {
  const { db } = await open(t)
  await add(db, 'secret-value')
  await assert.rejects(add(db, 'secret-value'), (error) => {
    assert.ok(error instanceof SqliteError)
    assert.equal(error.resultCode, 1555)
    assert.match(error.message, /insert into "words"/)
    assert.ok(!error.message.includes('secret-value'))
    return true
  })
})

test('when the worker dies everyone who waits is told, and so is the process', async (t) => {
  const { db, connection } = await open(t)
  const endless = sql`with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n`.execute(
    db,
  )
  const waiting = [endless, add(db, 'a'), db.transaction().execute((trx) => add(trx, 'b'))]
  connection.terminate()
  for (const result of await Promise.allSettled(waiting)) assert.equal(result.status, 'rejected')
  assert.match((await connection.failed).message, /is closed/)
  await assert.rejects(add(db, 'c'), /is closed/)
})

test('a file that cannot be opened is said so, with its name', async () => {
  await assert.rejects(
    openSqliteConnection('/nowhere/berth.db'),
    /The database \/nowhere\/berth.db failed: unable to open/,
  )
})
