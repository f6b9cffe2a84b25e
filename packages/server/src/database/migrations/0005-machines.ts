import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table machines (
    identity_id text primary key,
    name text not null,
    machine_id text,
    role text not null,
    role_at_ms bigint not null,
    certificate_ends_at_ms bigint not null,
    added_at_ms bigint not null,
    removed_at_ms bigint
  )`,
  'create unique index one_identity_of_a_name on machines (name) where removed_at_ms is null',
  'create unique index one_identity_of_a_machine on machines (machine_id) where removed_at_ms is null',
  // The id becomes that of the machine's identity. One token for each name: a newer one takes its place.
  `create table join_tokens (
    machine text primary key,
    id text not null unique,
    secret_hash text not null unique,
    role text not null,
    created_by text not null,
    created_at_ms bigint not null,
    expires_at_ms bigint not null,
    used_at_ms bigint,
    used_by_key text
  )`,
]
