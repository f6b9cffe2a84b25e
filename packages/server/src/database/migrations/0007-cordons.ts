import { type Kysely, sql } from 'kysely'

/** Since when and why a machine takes no new instances. That it does not is the cluster's to know, so this can be lost. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table cordons (
        machine_id text primary key,
        cause text not null,
        actor text not null,
        reason text,
        since_ms bigint not null
      )`,
    )
    .execute(db)
}
