import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table repositories (
    id text primary key,
    prefix text not null,
    project text references projects (name) on delete cascade,
    kind text not null,
    username text,
    public_key text,
    host_keys text,
    sealed_secret text not null,
    created_by text not null,
    created_at_ms bigint not null
  )`,
  "create unique index one_repository_of_a_project on repositories (prefix, coalesce(project, ''))",
]
