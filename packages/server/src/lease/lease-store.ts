import { sql } from 'kysely'
import type { Database } from '../database/database.ts'

export type LeaseRow = { name: string; holder: string; expiresAtMs: number }

export interface LeaseStore {
  /** Takes or renews it; false while another holder has it. */
  acquire(lease: { name: string; holder: string; ttlMs: number }): Promise<boolean>
  /** Gives it up at once, if it is the holder's. */
  release(lease: { name: string; holder: string }): Promise<void>
  find(name: string): Promise<LeaseRow | undefined>
}

/**
 * For servers that share a PostgreSQL. Expiry is judged by the database's clock, which all servers share: their own may differ. What each server believes to
 * hold is counted by the keeper on that server's monotonic clock, so a database clock that is set forward is the one
 * case in which two can hold it, for at most the ttl; deployments stand that, since every change of one is conditional.
 */
export function leaseStore({
  database,
  databaseNow,
}: {
  database: Database
  /** Stands in for the database's clock. */
  databaseNow?: () => number
}): LeaseStore {
  const { db } = database
  const nowMs = () => (databaseNow ? sql<number>`${sql.lit(databaseNow())}` : clock)

  const acquire: LeaseStore['acquire'] = async ({ name, holder, ttlMs }) => {
    const taken = await db
      .insertInto('leases')
      .values({ name, holder, expiresAtMs: sql<number>`${nowMs()} + ${sql.lit(ttlMs)}` })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet((eb) => ({ holder: eb.ref('excluded.holder'), expiresAtMs: eb.ref('excluded.expiresAtMs') }))
          .where((eb) => eb.or([eb('leases.holder', '=', holder), eb('leases.expiresAtMs', '<=', nowMs())])),
      )
      .returning('holder')
      .executeTakeFirst()
    return taken !== undefined
  }

  const release: LeaseStore['release'] = async ({ name, holder }) => {
    await db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute()
  }

  const find: LeaseStore['find'] = (name) =>
    db.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirst()

  return { acquire, release, find }
}

const clock = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
