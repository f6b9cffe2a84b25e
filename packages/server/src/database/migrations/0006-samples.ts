import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // One row holds many samples of one subject: a machine, an app, an instance of an app, or all machines together.
  `create table sample_chunks (
    kind text not null,
    name text not null,
    step_ms integer not null,
    start_ms bigint not null,
    last_at_ms bigint not null,
    app text references apps (name) on delete cascade,
    service text,
    machine text,
    packed text not null,
    primary key (kind, name, step_ms, start_ms)
  )`,
  'create index sample_chunks_by_age on sample_chunks (step_ms, start_ms)',
  'create index sample_chunks_of_app on sample_chunks (app, step_ms, start_ms)',
]
