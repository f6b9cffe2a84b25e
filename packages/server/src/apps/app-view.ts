import type { App, AppState } from '@berth/contract'
import type { ObservedInstance } from '@berth/engine'
import { isActive } from '../deployments/deployment-progress.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import { viewSummary } from '../deployments/deployment-view.ts'
import { plainReason } from '../instances/instance-reason.ts'
import { backendAcross, type EdgeView } from '../routes/edges.ts'
import { faceOf } from '../routes/route-table.ts'
import { serviceNameOf } from '../services/desired-services.ts'
import type { AppRow } from './app-store.ts'

export type AppFacts = {
  app: AppRow
  /** The deployment that serves. */
  serving: DeploymentRow | undefined
  /** The newest one, whatever became of it. */
  latest: DeploymentRow | undefined
  /** Of this app alone. */
  instances: readonly ObservedInstance[]
  edges: readonly EdgeView[]
  url: string
}

/** An app as people see it: what it is doing, in one word and one line. */
export function viewApp(facts: AppFacts): App {
  const { app, serving, latest, url } = facts
  const isDeploying = latest !== undefined && isActive(latest)
  const face = serving && faceOf(serving.services)
  const ready = serving && !app.isStopped ? Math.min(readyOf(facts, serving, face?.name), app.replicas) : 0
  const { state, reason } = judge(facts, { ready, isDeploying })
  return {
    name: app.name,
    project: app.project,
    state,
    reason,
    url: face ? url : null,
    replicas: app.replicas,
    readyReplicas: ready,
    releaseVersion: serving?.releaseVersion ?? null,
    image: serving?.services.map(({ image }) => image).join(', ') ?? null,
    deploymentId: isDeploying && latest ? latest.id : null,
    lastDeployment: latest ? viewSummary(latest) : null,
    createdAt: new Date(app.createdAtMs).toISOString(),
  }
}

/** With a port: those that every edge's check sees up. Without: those that run. */
function readyOf({ instances, edges }: AppFacts, serving: DeploymentRow, face: string | undefined): number {
  if (face !== undefined) return backendAcross(edges, serviceNameOf(serving, face))?.up ?? 0
  return instances.filter(
    ({ deploymentId, isWanted, state }) => deploymentId === serving.id && isWanted && state === 'running',
  ).length
}

function judge(
  { app, serving, latest, instances }: AppFacts,
  { ready, isDeploying }: { ready: number; isDeploying: boolean },
): { state: AppState; reason: string | null } {
  if (!serving) {
    if (isDeploying) return { state: 'deploying', reason: 'its first deployment is under way' }
    return { state: 'empty', reason: latest?.failure ? latest.failure.message : 'nothing was deployed yet' }
  }
  if (app.isStopped) return { state: 'stopped', reason: null }
  if (ready >= app.replicas) return { state: 'running', reason: null }
  const trouble = instances.find(({ deploymentId, message }) => deploymentId === serving.id && message)?.message
  const reason = `${ready} of ${app.replicas} instances up${trouble ? `: ${plainReason(trouble)}` : ''}`
  return { state: ready > 0 ? 'degraded' : 'down', reason }
}
