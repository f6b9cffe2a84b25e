import type { Deployment, DeploymentSummary } from '@berth/contract'
import { faceOf } from '../routes/route-table.ts'
import { isActive } from './deployment-progress.ts'
import type { DeploymentRow } from './deployment-row.ts'

const toIso = (ms: number) => new Date(ms).toISOString()

/** A deployment as callers see it: without the environment that it deploys. */
export function viewDeployment(row: DeploymentRow, urlOf: (app: string) => string): Deployment {
  return {
    id: row.id,
    app: row.app,
    kind: row.kind,
    releaseVersion: row.releaseVersion,
    image: row.services.map(({ image }) => image).join(', '),
    state: row.state,
    steps: row.steps,
    failure: row.failure,
    requestedBy: row.requestedBy,
    url: faceOf(row.services) ? urlOf(row.app) : null,
    createdAt: toIso(row.createdAtMs),
    finishedAt: row.finishedAtMs === null ? null : toIso(row.finishedAtMs),
  }
}

export function viewSummary(row: DeploymentRow): DeploymentSummary {
  const { id, kind, releaseVersion, state, requestedBy, stage, failure } = row
  return {
    ...{ id, kind, releaseVersion, state, requestedBy },
    createdAt: toIso(row.createdAtMs),
    finishedAt: row.finishedAtMs === null ? null : toIso(row.finishedAtMs),
    stage: isActive(row) ? stage : null,
    failure: failure && (failure.message.split('\n')[0] ?? ''),
  }
}
