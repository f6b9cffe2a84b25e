import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'

export type Tables = Map<string, Record<string, unknown>[]>

/** Everything that a database in a file holds. */
export async function tablesOf(db: Kysely<Schema>): Promise<Tables> {
  const { rows: names } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' and name not like 'kysely%' and name not like 'sqlite%'
    order by name`.execute(db)
  const tables: Tables = new Map()
  for (const { name } of names) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)} order by 1, 2`.execute(db)
    tables.set(name, rows)
  }
  return tables
}

/** Without when a token or session was last used, which is noted once a minute. */
export const withoutUse = (tables: Tables): Tables =>
  new Map(
    [...tables].map(([name, rows]) => [
      name,
      rows.map(({ lastUsedAtMs: _, ...row }) => (name === 'sessions' ? { ...row, expiresAtMs: 0 } : row)),
    ]),
  )

/** Makes the database what it was. */
export const restoreTables = (db: Kysely<Schema>, tables: Tables): Promise<void> =>
  (db as unknown as Kysely<Record<string, Record<string, unknown>>>).transaction().execute(async (trx) => {
    await sql`pragma defer_foreign_keys = on`.execute(trx)
    for (const name of tables.keys()) await trx.deleteFrom(name).execute()
    for (const [name, rows] of tables) if (rows.length > 0) await trx.insertInto(name).values(rows).execute()
  })
