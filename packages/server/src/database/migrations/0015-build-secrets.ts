import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "alter table builds add column secret_names text not null default '[]'",
  // Only while the build is under way.
  `create table build_secrets (
    build_id text primary key references builds (id) on delete cascade,
    sealed text not null
  )`,
]
