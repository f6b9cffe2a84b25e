import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../database/database.ts'
import type { DeploymentTable, Schema } from '../database/schema.ts'
import type { DeploymentRow } from './deployment-row.ts'

const activeStates = ['pending', 'running']

export type Rows = ReturnType<typeof deploymentRows>

/** The deployments as rows of a table, read and written inside a transaction or outside of one. */
export function deploymentRows(trx: Kysely<Schema>, dialect: Database['dialect']) {
  const select = () => trx.selectFrom('deployments').selectAll()
  const newestFirst = (app: string) =>
    select().where('app', '=', app).orderBy('createdAtMs', 'desc').orderBy('id', 'desc')

  /**
   * Every change of a deployment, and of its app's route, is made with its app locked, so none waits for two locks.
   * SQLite needs no lock: it has one writer. Undefined if there is no such app.
   */
  const lockApp = (app: string) =>
    trx
      .selectFrom('apps')
      .select(['name', 'activeDeploymentId'])
      .where('name', '=', app)
      .$if(dialect === 'postgres', (query) => query.forUpdate())
      .executeTakeFirst()

  async function findById(id: string): Promise<DeploymentRow | undefined> {
    const record = await select().where('id', '=', id).executeTakeFirst()
    return record && toRow(record)
  }

  async function find(app: string, id: string): Promise<DeploymentRow | undefined> {
    if (id.includes('\0')) return undefined // PostgreSQL refuses to even compare it.
    const record = await select().where('app', '=', app).where('id', '=', id).executeTakeFirst()
    return record && toRow(record)
  }

  async function findActive(app: string): Promise<DeploymentRow | undefined> {
    const record = await select().where('app', '=', app).where('state', 'in', activeStates).executeTakeFirst()
    return record && toRow(record)
  }

  async function list(app: string, { limit }: { limit: number }): Promise<DeploymentRow[]> {
    return (await newestFirst(app).limit(limit).execute()).map(toRow)
  }

  async function listActive(): Promise<DeploymentRow[]> {
    const records = await select().where('state', 'in', activeStates).orderBy('createdAtMs').orderBy('id').execute()
    return records.map(toRow)
  }

  /** The newest of each app; `createdAtMs` is never the same twice within one. */
  async function listLatest(): Promise<DeploymentRow[]> {
    const newest = trx
      .selectFrom('deployments')
      .select(({ fn }) => ['app', fn.max('createdAtMs').as('createdAtMs')])
      .groupBy('app')
    const records = await trx
      .selectFrom('deployments')
      .innerJoin(newest.as('newest'), (join) =>
        join.onRef('newest.app', '=', 'deployments.app').onRef('newest.createdAtMs', '=', 'deployments.createdAtMs'),
      )
      .selectAll('deployments')
      .execute()
    return records.map(toRow)
  }

  async function listByIds(ids: readonly string[]): Promise<DeploymentRow[]> {
    if (ids.length === 0) return []
    return (await select().where('id', 'in', ids).execute()).map(toRow)
  }

  async function lastGeneration(app: string, releaseVersion: number): Promise<number> {
    const { last } = await trx
      .selectFrom('deployments')
      .select(({ fn }) => fn.max('generation').as('last'))
      .where('app', '=', app)
      .where('releaseVersion', '=', releaseVersion)
      .executeTakeFirstOrThrow()
    return last ?? 0
  }

  /** False if the app has an active deployment: the index `one_active_deployment` decides it. */
  async function insert(row: DeploymentRow): Promise<boolean> {
    const query = trx.insertInto('deployments').values(toRecord(row)).returning('id')
    return (await query.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()) !== undefined
  }

  /** An ended row is never written again, whatever the caller believed. */
  async function save(row: DeploymentRow): Promise<void> {
    const { id, ...columns } = toRecord(row)
    await trx.updateTable('deployments').set(columns).where('id', '=', id).where('state', 'in', activeStates).execute()
  }

  /** Tells which deployment had the app's route before. */
  async function giveRoute(app: string, deploymentId: string | null): Promise<string | null> {
    const before = await lockApp(app)
    await trx.updateTable('apps').set({ activeDeploymentId: deploymentId }).where('name', '=', app).execute()
    return before?.activeDeploymentId ?? null
  }

  /** What is deployed is meant to run. */
  async function startApp(app: string): Promise<void> {
    await trx.updateTable('apps').set({ isStopped: 0 }).where('name', '=', app).execute()
  }

  const reads = { findById, find, findActive, list, listActive, listLatest, listByIds, lastGeneration }
  return { trx, lockApp, ...reads, insert, save, giveRoute, startApp }
}

const toRow = (record: Selectable<DeploymentTable>): DeploymentRow =>
  ({
    ...record,
    services: JSON.parse(record.services),
    steps: JSON.parse(record.steps),
    failure: record.failure === null ? null : JSON.parse(record.failure),
  }) as DeploymentRow

const toRecord = (row: DeploymentRow): Selectable<DeploymentTable> => ({
  ...row,
  services: JSON.stringify(row.services),
  steps: JSON.stringify(row.steps),
  failure: row.failure === null ? null : JSON.stringify(row.failure),
})
