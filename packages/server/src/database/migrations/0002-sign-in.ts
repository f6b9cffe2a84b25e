import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  'alter table users add column is_blocked integer not null default 0',
  'alter table users add column last_sign_in_at_ms bigint',
  // Only there to be referenced by standing_admin.
  'create unique index users_by_standing on users (id, is_admin, is_blocked)',
  // One row that names an admin who may sign in: that user can be neither demoted, blocked nor removed before the row
  // names another, so that the last one stays whoever asks, and however many ask at once.
  `create table standing_admin (
    id integer primary key check (id = 1),
    user_id text not null,
    is_admin integer not null check (is_admin = 1),
    is_blocked integer not null check (is_blocked = 0),
    foreign key (user_id, is_admin, is_blocked) references users (id, is_admin, is_blocked)
  )`,
  `insert into standing_admin (id, user_id, is_admin, is_blocked)
    select 1, id, 1, 0 from users where is_admin = 1 order by created_at_ms, id limit 1`,
  `create table sessions (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    token_hash text not null unique,
    address text,
    user_agent text,
    created_at_ms bigint not null,
    last_used_at_ms bigint not null,
    expires_at_ms bigint not null
  )`,
  'create index sessions_of_user on sessions (user_id)',
  `create table second_factors (
    user_id text primary key references users (id) on delete cascade,
    sealed_secret text not null,
    is_confirmed integer not null,
    last_step bigint not null,
    created_at_ms bigint not null
  )`,
  `create table recovery_codes (
    user_id text not null references second_factors (user_id) on delete cascade,
    code_hash text not null,
    primary key (user_id, code_hash)
  )`,
  `create table sign_in_addresses (
    user_id text not null references users (id) on delete cascade,
    address text not null,
    last_at_ms bigint not null,
    primary key (user_id, address)
  )`,
]
