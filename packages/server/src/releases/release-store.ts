import { PlatformError, type Reservations, type ServiceSpec } from '@berth/contract'
import type { Kysely, Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { ReleaseTable, Schema } from '../database/schema.ts'

export type ReleaseService = ServiceSpec & {
  /** Name with digest, as every machine pulls it. */
  imageDigest: string
  /** Absent in releases from before there were any. */
  reservations?: Reservations
}

/** Immutable, and made only by a deployment: see `addRelease` of the deployment store. */
export type ReleaseRow = {
  app: string
  version: number
  services: ReleaseService[]
  createdBy: string
  createdAtMs: number
}

export interface ReleaseStore {
  find(app: string, version: number): Promise<ReleaseRow | undefined>
  /** Throws `release_not_found`. */
  get(app: string, version: number): Promise<ReleaseRow>
  latest(app: string): Promise<ReleaseRow | undefined>
  /** Newest first. */
  list(app: string): Promise<ReleaseRow[]>
}

export function releaseStore({ database: { db } }: Pick<StoreDeps, 'database'>): ReleaseStore {
  const find: ReleaseStore['find'] = (app, version) => findRelease(db, app, version)

  const get: ReleaseStore['get'] = async (app, version) => {
    const row = await find(app, version)
    if (row) return row
    throw releaseNotFound(app, version)
  }

  const newestFirst = (app: string) =>
    db.selectFrom('releases').selectAll().where('app', '=', app).orderBy('version', 'desc')

  const latest: ReleaseStore['latest'] = async (app) => {
    const record = await newestFirst(app).limit(1).executeTakeFirst()
    return record && toRow(record)
  }

  const list: ReleaseStore['list'] = async (app) => (await newestFirst(app).execute()).map(toRow)

  return { find, get, latest, list }
}

export async function findRelease(trx: Kysely<Schema>, app: string, version: number): Promise<ReleaseRow | undefined> {
  const query = trx.selectFrom('releases').selectAll().where('app', '=', app).where('version', '=', version)
  const record = await query.executeTakeFirst()
  return record && toRow(record)
}

/** The next version of its app; the app has to be locked. */
export async function insertRelease(trx: Kysely<Schema>, release: Omit<ReleaseRow, 'version'>): Promise<ReleaseRow> {
  const { last } = await trx
    .selectFrom('releases')
    .select(({ fn }) => fn.max('version').as('last'))
    .where('app', '=', release.app)
    .executeTakeFirstOrThrow()
  const row = { ...release, version: (last ?? 0) + 1 }
  await trx
    .insertInto('releases')
    .values({ ...row, services: JSON.stringify(row.services) })
    .execute()
  return row
}

export const releaseNotFound = (app: string, version: number) =>
  new PlatformError('release_not_found', `App ${app} has no release v${version}`, {
    hint: `berth releases ${app} lists its releases`,
  })

const toRow = (record: Selectable<ReleaseTable>): ReleaseRow => ({ ...record, services: JSON.parse(record.services) })
