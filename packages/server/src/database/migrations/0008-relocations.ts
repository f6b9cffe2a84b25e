import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table relocations (
    id text primary key,
    kind text not null,
    machine_id text,
    machine text,
    is_forced integer not null,
    state text not null,
    words text,
    steps text not null,
    failure text,
    requested_by text not null,
    created_at_ms bigint not null,
    finished_at_ms bigint
  )`,
  "create unique index one_running_relocation on relocations (state) where state = 'running'",
  `create unique index one_active_relocation_of_a_kind on relocations (kind, coalesce(machine_id, ''))
    where state in ('pending', 'running')`,
  'create index relocations_by_age on relocations (created_at_ms, id)',
  `create table drains (
    machine_id text primary key,
    machine text not null,
    relocation_id text references relocations (id),
    availability text not null,
    is_drained integer not null,
    since_ms bigint not null
  )`,
  `create table settings (
    name text primary key,
    value text not null
  )`,
]
