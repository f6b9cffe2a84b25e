import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { postgresPool } from './postgres-pool.ts'
import type { Schema } from './schema.ts'
import { openSqliteConnection } from './sqlite/sqlite-connection.ts'
import { sqliteDialect } from './sqlite/sqlite-dialect.ts'

export type DatabaseLocation = { databasePath: string } | { databaseUrl: string }

/** Opens or makes the database and brings its tables up to date. Refuses one that a newer version has written. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const database =
    'databaseUrl' in location ? openPostgres(location.databaseUrl) : await openSqlite(location.databasePath)
  try {
    if ('databaseUrl' in location) await reach(database, location.databaseUrl)
    await migrate(database.db)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

async function openSqlite(databasePath: string): Promise<Database> {
  const connection = await openSqliteConnection(databasePath)
  const db = new Kysely<Schema>({ dialect: sqliteDialect(connection), plugins: [new CamelCasePlugin()] })
  return toDatabase(db, 'sqlite', connection.failed)
}

function openPostgres(databaseUrl: string): Database {
  const dialect = new PostgresDialect({ pool: postgresPool(databaseUrl) })
  const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] })
  return toDatabase(db, 'postgres', Promise.withResolvers<Error>().promise)
}

/** Says where it was looked for, which the driver's own error does not, but never the password. */
async function reach({ db }: Database, databaseUrl: string): Promise<void> {
  try {
    await sql`select 1`.execute(db)
  } catch (cause) {
    const { hostname, port, pathname } = new URL(databaseUrl)
    const reason = cause instanceof Error ? cause.message || Reflect.get(cause, 'code') : cause
    throw new Error(`Cannot use PostgreSQL at ${hostname}:${port || 5432}${pathname}: ${reason}`, { cause })
  }
}

const toDatabase = (db: Kysely<Schema>, dialect: Database['dialect'], failed: Promise<Error>): Database => ({
  db,
  dialect,
  failed,
  transaction: (work) => db.transaction().execute(work),
  close: () => db.destroy(),
})
