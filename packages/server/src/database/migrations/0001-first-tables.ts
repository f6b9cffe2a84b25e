import { type Kysely, sql } from 'kysely'

/** Plain SQL that both engines read: SQLite takes bigint for an integer, PostgreSQL needs it for milliseconds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table projects (
    name text primary key,
    created_at_ms bigint not null
  )`,
  `create table apps (
    name text primary key,
    project text not null references projects (name),
    replicas integer not null,
    is_stopped integer not null,
    active_deployment_id text,
    created_at_ms bigint not null
  )`,
  'create index apps_of_project on apps (project)',
  `create table removed_apps (
    name text primary key,
    removed_at_ms bigint not null
  )`,
  `create table releases (
    app text not null references apps (name) on delete cascade,
    version integer not null,
    services text not null,
    created_by text not null,
    created_at_ms bigint not null,
    primary key (app, version)
  )`,
  `create table deployments (
    id text primary key,
    app text not null references apps (name) on delete cascade,
    kind text not null,
    services text not null,
    release_version integer,
    generation integer not null,
    state text not null,
    stage text not null,
    failure text,
    steps text not null,
    requested_by text not null,
    deadline_ms bigint not null,
    previous_deployment_id text,
    created_at_ms bigint not null,
    finished_at_ms bigint,
    foreign key (app, release_version) references releases (app, version)
  )`,
  "create unique index one_active_deployment on deployments (app) where state in ('pending', 'running')",
  'create unique index one_deployment_of_a_generation on deployments (app, release_version, generation)',
  'create index deployments_by_age on deployments (app, created_at_ms, id)',
  `create table tokens (
    id text primary key,
    name text not null,
    access text not null,
    token_hash text not null unique,
    created_by text not null,
    created_at_ms bigint not null,
    expires_at_ms bigint,
    last_used_at_ms bigint
  )`,
  `create table users (
    id text primary key,
    email text not null unique,
    password_hash text not null,
    is_admin integer not null,
    must_change_password integer not null,
    created_at_ms bigint not null
  )`,
  `create table activity (
    id text primary key,
    at_ms bigint not null,
    actor text not null,
    kind text not null,
    app text,
    detail text
  )`,
  'create index activity_by_age on activity (at_ms, id)',
  `create table leases (
    name text primary key,
    holder text not null,
    expires_at_ms bigint not null
  )`,
]
