import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table builds (
    id text primary key,
    app text not null references apps (name) on delete cascade,
    state text not null,
    source text not null,
    options text not null,
    deploy text,
    commit_id text,
    machine text,
    recognized_as text,
    detail text,
    steps text not null,
    dockerfile text,
    is_generated integer not null,
    images text not null,
    failure text,
    deployment_id text,
    requested_by text not null,
    attempts integer not null,
    created_at_ms bigint not null,
    queued_at_ms bigint,
    started_at_ms bigint,
    finished_at_ms bigint
  )`,
  'create index builds_by_age on builds (app, created_at_ms, id)',
  'create index builds_by_state on builds (state)',
  // Lines in the order in which they came, several to a row.
  `create table build_log_parts (
    build_id text not null references builds (id) on delete cascade,
    part integer not null,
    line_count integer not null,
    lines text not null,
    primary key (build_id, part)
  )`,
]
