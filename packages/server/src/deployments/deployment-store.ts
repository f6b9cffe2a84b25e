import { type DeploymentFailure, type DeploymentStage, PlatformError } from '@berth/contract'
import type { StoreDeps } from '../database/database.ts'
import { insertRelease, type ReleaseService } from '../releases/release-store.ts'
import { advanced, begun, ended, isActive, withDetail } from './deployment-progress.ts'
import type { DeploymentRow, NewDeployment } from './deployment-row.ts'
import { deploymentRows, type Rows } from './deployment-rows.ts'
import { insertDeployment } from './insert-deployment.ts'

/**
 * Deployments only move forward. Every change is conditional on what is stored: one that comes too late (the
 * deployment has ended, or is past that stage, or its app is gone) changes nothing and gives undefined.
 */
export interface DeploymentStore {
  /**
   * State `pending`, no step running yet. Throws `app_not_found`, `release_not_found`, and `deployment_in_progress`
   * where the app has an active one; with `supersede` that one ends instead: as succeeded if it is in `drain`, else
   * as cancelled.
   */
  add(deployment: NewDeployment, options?: { supersede?: boolean }): Promise<DeploymentRow>
  /** Marks it `running`, and the step that it is in. Repeating it changes nothing. */
  begin(id: string): Promise<DeploymentRow | undefined>
  /**
   * Ends step `from`, with a word on how it went, and starts `to`; steps between them are skipped. Undefined unless it is active and in `from`.
   * `release` is left only by `addRelease`, `switch` only by `switchRoute`: leaving them so is a RangeError.
   */
  advance(
    id: string,
    from: DeploymentStage,
    to: DeploymentStage,
    options?: { detail?: string },
  ): Promise<DeploymentRow | undefined>
  /** What is going on in a stage, in words. Undefined unless it is active and in that stage. */
  setDetail(id: string, stage: DeploymentStage, detail: string): Promise<DeploymentRow | undefined>
  /** Makes the next release and goes from `release` to `pull`. Repeated later, gives the row as it is by then. */
  addRelease(id: string, services: ReleaseService[]): Promise<DeploymentRow | undefined>
  /** Gives the deployment its app's route, starts the app if it was stopped, and goes from `switch` to `drain`. Repeated in `drain`, changes nothing. */
  switchRoute(id: string): Promise<DeploymentRow | undefined>
  /**
   * Undefined if it has ended, and for a failure or a cancellation once it is in `drain`: it serves by then.
   * `succeeded` before `drain` throws `conflict`.
   */
  finish(
    id: string,
    state: 'succeeded' | 'failed' | 'cancelled',
    failure?: DeploymentFailure,
  ): Promise<DeploymentRow | undefined>
  /** In `drain` only: gives the route back to the deployment that had it, if any, and fails. */
  takeBack(id: string, failure: DeploymentFailure): Promise<DeploymentRow | undefined>
  /** `finish(id, 'cancelled')` with a reason in the step that was running. */
  cancel(id: string, reason: string): Promise<DeploymentRow | undefined>
  find(app: string, id: string): Promise<DeploymentRow | undefined>
  /** Throws `deployment_not_found`. */
  get(app: string, id: string): Promise<DeploymentRow>
  /** Newest first. */
  list(app: string, options: { limit: number }): Promise<DeploymentRow[]>
  /** Of all apps: pending and running ones, oldest first. */
  listActive(): Promise<DeploymentRow[]>
  /** The newest of each app, in whatever state. */
  listLatest(): Promise<DeploymentRow[]>
  /** Those that exist, in no particular order. */
  listByIds(ids: readonly string[]): Promise<DeploymentRow[]>
  /** The newest of an app, in whatever state. */
  latestOf(app: string): Promise<DeploymentRow | undefined>
}

export function deploymentStore({ database, newId, now }: StoreDeps): DeploymentStore {
  const { db, dialect } = database

  type Decide = (row: DeploymentRow, rows: Rows) => Promise<DeploymentRow | undefined> | DeploymentRow | undefined

  /** Reads, decides and writes while nobody else changes the app's deployments. */
  const change = (id: string, decide: Decide) =>
    database.transaction(async (trx) => {
      const rows = deploymentRows(trx, dialect)
      const found = await rows.findById(id)
      if (!found || !isActive(found)) return undefined
      await rows.lockApp(found.app)
      const row = await rows.findById(id)
      if (!row || !isActive(row)) return undefined
      const changed = await decide(row, rows)
      if (changed && changed !== row) await rows.save(changed)
      return changed
    })

  const add: DeploymentStore['add'] = (deployment, { supersede = false } = {}) =>
    database.transaction((trx) =>
      insertDeployment(deploymentRows(trx, dialect), { ...deployment, id: newId(), atMs: now() }, supersede),
    )

  const begin: DeploymentStore['begin'] = (id) => change(id, (row) => begun(row, now()))

  const advance: DeploymentStore['advance'] = async (id, from, to, { detail } = {}) => {
    if (from === 'release' || from === 'switch') throw new RangeError(`A deployment leaves ${from} in another way`)
    return change(id, (row) => (row.stage === from ? advanced(row, { to, atMs: now(), detail }) : undefined))
  }

  const setDetail: DeploymentStore['setDetail'] = (id, stage, detail) =>
    change(id, (row) => (row.stage === stage ? withDetail(begun(row, now()), detail) : undefined))

  const addRelease: DeploymentStore['addRelease'] = (id, services) =>
    change(id, async (row, rows) => {
      if (row.releaseVersion !== null) return row
      if (row.stage !== 'release') throw wrongStage(row, 'release')
      const { version } = await insertRelease(rows.trx, {
        app: row.app,
        services,
        createdBy: row.requestedBy,
        createdAtMs: now(),
      })
      return {
        ...advanced(row, { to: 'pull', atMs: now(), detail: `v${version}` }),
        releaseVersion: version,
        generation: 1,
      }
    })

  const switchRoute: DeploymentStore['switchRoute'] = (id) =>
    change(id, async (row, rows) => {
      if (row.stage === 'drain') return row
      if (row.stage !== 'switch') throw wrongStage(row, 'switch')
      const previousDeploymentId = await rows.giveRoute(row.app, row.id)
      await rows.startApp(row.app)
      const detail = previousDeploymentId ? 'from the release before' : 'it is the first'
      return { ...advanced(row, { to: 'drain', atMs: now(), detail }), previousDeploymentId }
    })

  const finish: DeploymentStore['finish'] = (id, state, failure) =>
    change(id, (row) => {
      if (state === 'succeeded' && row.stage !== 'drain') throw wrongStage(row, 'drain')
      if (state !== 'succeeded' && row.stage === 'drain') return undefined
      return ended(row, { state, atMs: now(), failure })
    })

  const cancel: DeploymentStore['cancel'] = (id, reason) =>
    change(id, (row) => {
      if (row.stage === 'drain') return undefined
      return ended(row, { state: 'cancelled', atMs: now(), detail: reason })
    })

  const takeBack: DeploymentStore['takeBack'] = (id, failure) =>
    change(id, async (row, rows) => {
      if (row.stage !== 'drain') throw wrongStage(row, 'drain')
      await rows.giveRoute(row.app, row.previousDeploymentId)
      return ended(row, { state: 'failed', atMs: now(), failure })
    })

  const { find, list, listActive, listLatest, listByIds } = deploymentRows(db, dialect)

  const get: DeploymentStore['get'] = async (app, id) => {
    const row = await find(app, id)
    if (row) return row
    throw new PlatformError('deployment_not_found', `App ${app} has no deployment ${id}`, {
      hint: `berth deployments ${app} lists its deployments`,
    })
  }

  const latestOf: DeploymentStore['latestOf'] = async (app) => (await list(app, { limit: 1 }))[0]

  const changes = { add, begin, advance, setDetail, addRelease, switchRoute, finish, takeBack, cancel }
  return { ...changes, find, get, list, listActive, listLatest, listByIds, latestOf }
}

const wrongStage = ({ id, stage }: DeploymentRow, expected: DeploymentStage) =>
  new PlatformError('conflict', `Deployment ${id} is in ${stage}, not in ${expected}`)
