import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table memberships (
    project text not null references projects (name) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    role text not null,
    since_ms bigint not null,
    primary key (project, user_id)
  )`,
  'create index memberships_of_user on memberships (user_id)',
  // Without an owner: a token of the platform, as the installer makes one.
  'alter table tokens add column owner_id text references users (id) on delete cascade',
  'alter table tokens add column project text references projects (name) on delete cascade',
  'create index tokens_of_owner on tokens (owner_id)',
  // The installer's token is made valid at every start; one that was taken back must not be.
  `create table retired_tokens (
    token_hash text primary key,
    retired_at_ms bigint not null
  )`,
  `create table invitations (
    id text primary key,
    secret_hash text not null unique,
    email text not null,
    project text references projects (name) on delete cascade,
    role text not null,
    invited_by text not null,
    inviter_id text references users (id) on delete cascade,
    created_at_ms bigint not null,
    expires_at_ms bigint not null
  )`,
  "create unique index one_invitation_to_a_project on invitations (email, coalesce(project, ''))",
  `create table login_requests (
    code text primary key,
    secret_hash text not null unique,
    client text not null,
    address text not null,
    state text not null,
    access text,
    answered_by text references users (id) on delete cascade,
    created_at_ms bigint not null,
    expires_at_ms bigint not null
  )`,
]
