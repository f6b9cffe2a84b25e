import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table webhooks (
    id text primary key,
    app text not null references apps (name) on delete cascade,
    url text not null,
    branch text not null,
    tags text,
    options text not null,
    sealed_secret text not null,
    created_by text not null,
    created_at_ms bigint not null,
    refused_at_ms bigint
  )`,
  'create index webhooks_of_an_app on webhooks (app)',
  `create table webhook_deliveries (
    webhook_id text not null references webhooks (id) on delete cascade,
    id text not null,
    delivery_id text,
    received_at_ms bigint not null,
    event text not null,
    ref text,
    commit_id text,
    pushed_by text,
    outcome text not null,
    words text not null,
    build_id text,
    primary key (webhook_id, id)
  )`,
  'create index webhook_deliveries_by_age on webhook_deliveries (webhook_id, received_at_ms)',
]
