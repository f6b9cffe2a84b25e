import { type Kysely, PostgresAdapter, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { migrations as allMigrations } from './migrations/index.ts'
import type { Schema } from './schema.ts'

/** Only one of several servers that start together migrates; the others wait for it. */
export async function migrate(
  db: Kysely<Schema>,
  migrations: Record<string, Migration> = allMigrations,
): Promise<void> {
  const schema = await currentSchema(db)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    ...(schema ? { migrationTableSchema: schema } : {}),
  })
  const { error } = await migrator.migrateToLatest()
  if (!error) return
  const unknown = await unknownMigrations(db, migrations)
  if (unknown.length === 0) throw new Error('The database could not be brought up to date', { cause: error })
  throw new Error(
    `The database was written by a newer version of Berth (${unknown.join(', ')}): ` +
      'start that version, or restore a backup from before the update',
  )
}

/** Named, because Kysely would else take the tables of any other schema in the same database for ours. */
async function currentSchema(db: Kysely<Schema>): Promise<string | null> {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return null
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db)
  return rows[0]?.name ?? null
}

async function unknownMigrations(db: Kysely<Schema>, migrations: Record<string, Migration>): Promise<string[]> {
  const query = sql<{ name: string }>`select name from kysely_migration order by name`
  const { rows } = await query.execute(db).catch(() => ({ rows: [] }))
  return rows.map(({ name }) => name).filter((name) => !Object.hasOwn(migrations, name))
}
