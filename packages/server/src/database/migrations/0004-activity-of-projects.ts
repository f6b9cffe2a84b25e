import { type Kysely, sql } from 'kysely'

/** What happened is seen by the members of the project that it happened in, also when the app is gone by then. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  'alter table activity add column project text',
  'update activity set project = (select apps.project from apps where apps.name = activity.app)',
  'create index activity_of_project on activity (project, at_ms, id)',
]
