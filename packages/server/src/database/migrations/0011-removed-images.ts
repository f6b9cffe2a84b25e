import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table removed_images (
    app text not null references apps (name) on delete cascade,
    image text not null,
    removed_at_ms bigint not null,
    primary key (app, image)
  )`,
]
