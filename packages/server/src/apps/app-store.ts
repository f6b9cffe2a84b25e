import { PlatformError } from '@berth/contract'
import type { Kysely, Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import type { AppTable, Schema } from '../database/schema.ts'
import type { DeploymentRow, NewDeployment } from '../deployments/deployment-row.ts'
import { deploymentRows } from '../deployments/deployment-rows.ts'
import { appNotFound, insertDeployment } from '../deployments/insert-deployment.ts'
import { projectNotFound } from '../projects/project-not-found.ts'

export type AppRow = {
  name: string
  project: string
  replicas: number
  isStopped: boolean
  /** The deployment whose instances the route leads to; null before the first success. */
  activeDeploymentId: string | null
  createdAtMs: number
}

export type NewApp = Pick<AppRow, 'name' | 'project' | 'replicas'>

export interface AppStore {
  /** Idempotent. */
  ensureProject(name: string): Promise<void>
  /** Names of all projects. */
  listProjects(): Promise<string[]>
  /** By name. */
  list(): Promise<AppRow[]>
  find(name: string): Promise<AppRow | undefined>
  /** Throws `app_not_found`. */
  get(name: string): Promise<AppRow>
  /** Throws `app_not_found`. */
  setReplicas(name: string, replicas: number): Promise<AppRow>
  /** Throws `app_not_found`, and `deployment_in_progress` while one is under way, which would start it again. */
  stop(name: string): Promise<AppRow>
  /** Throws `app_not_found`, and `release_not_found` for one that never served. */
  start(name: string): Promise<AppRow>
  /** With its releases and deployments. Throws `app_not_found`. */
  remove(name: string): Promise<void>
  /** Names of apps that were removed and not made anew: what still runs of them may go. */
  listRemoved(): Promise<string[]>
  /**
   * The app without a release, made where it is missing. Throws `app_exists` where it belongs to another project, and
   * `project_not_found` where the project has to be there already.
   */
  ensureApp(app: NewApp, options: { mustHaveProject: boolean }): Promise<AppRow>
  /**
   * Makes the project where needed, the app and its first deployment, or nothing. Throws `app_exists`, and
   * `project_not_found` where the project has to be there already.
   */
  createWithDeployment(request: {
    app: NewApp
    mustHaveProject?: boolean
    deployment: Omit<NewDeployment, 'app' | 'kind' | 'releaseVersion'>
  }): Promise<{ app: AppRow; deployment: DeploymentRow }>
}

export function appStore({ database, newId, now }: StoreDeps): AppStore {
  const { db, dialect } = database

  const ensureProject: AppStore['ensureProject'] = (name) => insertProject(db, name, now())

  const listProjects: AppStore['listProjects'] = async () =>
    (await db.selectFrom('projects').select('name').execute()).map(({ name }) => name)

  const list: AppStore['list'] = async () => {
    const records = await db.selectFrom('apps').selectAll().execute()
    // Not by the database: its order depends on how PostgreSQL was set up.
    return records.map(toRow).sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  const find: AppStore['find'] = async (name) => {
    const record = await db.selectFrom('apps').selectAll().where('name', '=', name).executeTakeFirst()
    return record && toRow(record)
  }

  const get: AppStore['get'] = async (name) => {
    const app = await find(name)
    if (app) return app
    throw appNotFound(name)
  }

  /** With the app locked, so that no deployment begins between the look and the stop. */
  const stop: AppStore['stop'] = (name) =>
    database.transaction(async (trx) => {
      const rows = deploymentRows(trx, dialect)
      if (!(await rows.lockApp(name))) throw appNotFound(name)
      const active = await rows.findActive(name)
      if (active) throw isBeingDeployed(active)
      return update(trx, name, { isStopped: 1 })
    })

  const start: AppStore['start'] = (name) =>
    database.transaction(async (trx) => {
      const app = await deploymentRows(trx, dialect).lockApp(name)
      if (!app) throw appNotFound(name)
      if (app.activeDeploymentId === null) throw nothingToStart(name)
      return update(trx, name, { isStopped: 0 })
    })

  const remove: AppStore['remove'] = (name) =>
    database.transaction(async (trx) => {
      const removed = await trx.deleteFrom('apps').where('name', '=', name).returning('name').executeTakeFirst()
      if (!removed) throw appNotFound(name)
      const remember = trx.insertInto('removedApps').values({ name, removedAtMs: now() })
      await remember.onConflict((conflict) => conflict.doNothing()).execute()
    })

  const listRemoved: AppStore['listRemoved'] = async () =>
    (await db.selectFrom('removedApps').select('name').execute()).map(({ name }) => name)

  const createWithDeployment: AppStore['createWithDeployment'] = ({ app, deployment, mustHaveProject }) =>
    database.transaction(async (trx) => {
      const atMs = now()
      if (!mustHaveProject) await insertProject(trx, app.project, atMs)
      const created = await insertApp(trx, app, atMs)
      await trx.deleteFrom('removedApps').where('name', '=', app.name).execute()
      const first = { ...deployment, app: app.name, kind: 'deploy', id: newId(), atMs } as const
      return { app: created, deployment: await insertDeployment(deploymentRows(trx, dialect), first, false) }
    })

  const ensureApp: AppStore['ensureApp'] = (app, { mustHaveProject }) =>
    database.transaction(async (trx) => {
      const found = await trx.selectFrom('apps').selectAll().where('name', '=', app.name).executeTakeFirst()
      if (found?.project === app.project) return toRow(found)
      const atMs = now()
      if (!mustHaveProject) await insertProject(trx, app.project, atMs)
      const created = await insertApp(trx, app, atMs)
      await trx.deleteFrom('removedApps').where('name', '=', app.name).execute()
      return created
    })

  return {
    ensureApp,
    ensureProject,
    listProjects,
    list,
    find,
    get,
    setReplicas: (name, replicas) => update(db, name, { replicas }),
    stop,
    start,
    remove,
    listRemoved,
    createWithDeployment,
  }
}

async function update(trx: Kysely<Schema>, name: string, columns: Partial<Selectable<AppTable>>): Promise<AppRow> {
  const record = await trx.updateTable('apps').set(columns).where('name', '=', name).returningAll().executeTakeFirst()
  if (record) return toRow(record)
  throw appNotFound(name)
}

const isBeingDeployed = ({ app, id, requestedBy }: DeploymentRow) =>
  new PlatformError('deployment_in_progress', `App ${app} is being deployed: ${requestedBy} started deployment ${id}`, {
    hint: `Wait for it, or: berth cancel ${app}`,
  })

const nothingToStart = (app: string) =>
  new PlatformError('release_not_found', `App ${app} has no release that could be started`, {
    hint: 'Deploy it first: berth deploy',
  })

async function insertProject(trx: Kysely<Schema>, name: string, createdAtMs: number): Promise<void> {
  const insert = trx.insertInto('projects').values({ name, createdAtMs })
  await insert.onConflict((conflict) => conflict.doNothing()).execute()
}

async function insertApp(trx: Kysely<Schema>, app: NewApp, createdAtMs: number): Promise<AppRow> {
  const insert = trx.insertInto('apps').values({ ...app, isStopped: 0, activeDeploymentId: null, createdAtMs })
  const created = await insert
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
    .catch((error: unknown) => {
      throw isForeignKeyViolation(error) ? projectNotFound(app.project, error) : error
    })
  if (created) return toRow(created)
  throw new PlatformError('app_exists', `There is an app ${app.name} already`, {
    hint: `Choose another name, or deploy a new release of it with "berth deploy ${app.name}"`,
  })
}

const toRow = (record: Selectable<AppTable>): AppRow => ({ ...record, isStopped: record.isStopped === 1 })
