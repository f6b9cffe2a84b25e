import { PlatformError } from '@berth/contract'
import { findRelease, releaseNotFound } from '../releases/release-store.ts'
import { ended, firstSteps } from './deployment-progress.ts'
import type { DeploymentRow, NewDeployment } from './deployment-row.ts'
import type { Rows } from './deployment-rows.ts'

type Insert = NewDeployment & { id: string; atMs: number }

/** Inside a transaction: the new deployment, and with `supersede` the end of the one that it takes the place of. */
export async function insertDeployment(rows: Rows, deployment: Insert, supersede: boolean): Promise<DeploymentRow> {
  const { app, releaseVersion } = deployment
  if (!(await rows.lockApp(app))) throw appNotFound(app)
  if (releaseVersion !== undefined && !(await findRelease(rows.trx, app, releaseVersion))) {
    throw releaseNotFound(app, releaseVersion)
  }
  if (supersede) await endActive(rows, deployment)
  const row = await newRow(rows, deployment)
  if (await rows.insert(row)) return row
  throw inProgress(app, await rows.findActive(app))
}

async function endActive(rows: Rows, { app, id, requestedBy, atMs }: Insert) {
  const active = await rows.findActive(app)
  if (!active) return
  // In `drain` it has the route already, so it did what it was for.
  const state = active.stage === 'drain' ? 'succeeded' : 'cancelled'
  await rows.save(ended(active, { state, atMs, detail: `superseded by ${requestedBy} with deployment ${id}` }))
}

async function newRow(rows: Rows, deployment: Insert): Promise<DeploymentRow> {
  const { id, app, kind, services, releaseVersion = null, requestedBy, deadlineMs } = deployment
  const stage = releaseVersion === null ? 'resolve' : 'pull'
  return {
    ...{ id, app, kind, services, releaseVersion, requestedBy, deadlineMs, stage },
    generation: releaseVersion === null ? 0 : (await rows.lastGeneration(app, releaseVersion)) + 1,
    state: 'pending',
    failure: null,
    steps: firstSteps(stage),
    previousDeploymentId: null,
    createdAtMs: await laterThanLast(rows, deployment),
    finishedAtMs: null,
  }
}

/** Lists are by time: two in one millisecond, or a clock that was set back, must not turn the order round. */
async function laterThanLast(rows: Rows, { app, atMs }: Insert): Promise<number> {
  const [last] = await rows.list(app, { limit: 1 })
  return last ? Math.max(atMs, last.createdAtMs + 1) : atMs
}

export const appNotFound = (app: string) =>
  new PlatformError('app_not_found', `There is no app ${app}`, { hint: 'berth apps lists the apps that exist' })

function inProgress(app: string, active: DeploymentRow | undefined): PlatformError {
  const hint = `Wait for it, end it with "berth cancel ${app}", or take its place with --supersede`
  if (!active) return new PlatformError('deployment_in_progress', `App ${app} is being deployed already`, { hint })
  const { id, requestedBy, createdAtMs } = active
  const startedAt = new Date(createdAtMs).toISOString()
  const message = `App ${app} is being deployed already: ${requestedBy} started deployment ${id} at ${startedAt}`
  return new PlatformError('deployment_in_progress', message, { hint })
}
