import type { Build } from '@berth/contract'
import type { BuildRow } from './build-row.ts'

const toIso = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString())

/** A build as callers see it: without its arguments, which may be secrets. */
export function viewBuild(row: BuildRow, { project, position }: { project: string; position: number | null }): Build {
  const { id, app, state, source, machine, recognizedAs, detail, steps, images, failure } = row
  return {
    ...{ id, app, project, state, position, source, machine, recognizedAs, detail, steps, images, failure },
    commit: row.commitId,
    deploymentId: row.deploymentId,
    requestedBy: row.requestedBy,
    createdAt: new Date(row.createdAtMs).toISOString(),
    startedAt: toIso(row.startedAtMs),
    finishedAt: toIso(row.finishedAtMs),
  }
}
