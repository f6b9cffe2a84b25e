import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table registries (
    id text primary key,
    host text not null,
    project text references projects (name) on delete cascade,
    username text not null,
    sealed_password text not null,
    created_by text not null,
    created_at_ms bigint not null
  )`,
  "create unique index one_registry_of_a_project on registries (host, coalesce(project, ''))",
]
