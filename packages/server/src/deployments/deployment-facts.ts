import type { Engine, ObservedInstance } from '@berth/engine'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { Changes } from '../changes.ts'
import type { ImageStore } from '../cleanup/image-store.ts'
import type { RegistryClient } from '../cleanup/registry-client.ts'
import type { WorkGate } from '../cleanup/work-gate.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { RegistryStore } from '../registries/registry-store.ts'
import type { ReleaseRow, ReleaseStore } from '../releases/release-store.ts'
import type { FindSeenUse } from '../reservations/reserve-for-release.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import { faceOf } from '../routes/route-table.ts'
import { serviceNameOf } from '../services/desired-services.ts'
import type { DeploymentFacts, ProbeResult } from './deployment-plan.ts'
import type { DeploymentRow } from './deployment-row.ts'
import type { DeploymentStore } from './deployment-store.ts'
import type { Witness } from './witness.ts'

export type DriverDeps = {
  apps: AppStore
  releases: ReleaseStore
  deployments: DeploymentStore
  activity: Pick<ActivityStore, 'add'>
  registries: Pick<RegistryStore, 'credentialsFor'>
  engine: Engine
  agents: AgentRegistry
  cluster: ClusterObserver
  routes: RouteReconciler
  witness: Witness
  changes: Changes
  imageStore: Pick<ImageStore, 'unmarkRemoved'>
  clusterRegistry: Pick<RegistryClient, 'tag'>
  gate: Pick<WorkGate, 'enter'>
  domain: string
  findSeenUse: FindSeenUse
  now(): number
  log: Logger
}

/** What a driver knows of a deployment that is nobody else's business; lost with the process, and not missed. */
export type Memory = { waitedMs: number; lastLookMs: number | undefined; probes: ProbeResult[] }

/** Longer without a fresh look at the cluster, and the time does not count towards the deadline. */
const freshMs = 3_000

/** Everything that `planDeployment` decides by, as it is now. */
export async function gatherFacts(
  row: DeploymentRow,
  memory: Memory,
  deps: DriverDeps,
  signal: AbortSignal,
): Promise<DeploymentFacts> {
  const [app, release] = await Promise.all([deps.apps.get(row.app), releaseOf(row, deps)])
  const nowMs = deps.now()
  if (deps.cluster.ageMs() < freshMs) memory.waitedMs += nowMs - (memory.lastLookMs ?? nowMs)
  memory.lastLookMs = nowMs

  const instances = instancesOf(row, deps)
  const isWaited = row.stage === 'start' || row.stage === 'check'
  const startedAt = row.steps.find(({ stage }) => stage === row.stage)?.startedAt
  const face = faceOf(release.services)
  return {
    nowMs,
    stage: row.stage,
    stageStartedAtMs: startedAt ? Date.parse(startedAt) : nowMs,
    waitingSinceMs: nowMs - memory.waitedMs,
    deadlineMs: row.deadlineMs,
    replicas: app.replicas,
    services: release.services.map(({ name, port, healthCheck }) => ({
      name: serviceNameOf(row, name),
      port,
      healthPath: healthCheck.path ?? null,
    })),
    face: face && serviceNameOf(row, face.name),
    instances,
    diagnoses: isWaited ? await deps.witness.diagnose(worthAsking(instances), signal) : new Map(),
    edges: deps.routes.edges(),
    probes: memory.probes,
    previousServices: await previousServicesOf(row, deps),
  }
}

export async function releaseOf({ app, releaseVersion }: DeploymentRow, { releases }: DriverDeps): Promise<ReleaseRow> {
  if (releaseVersion === null) throw new Error(`A deployment of ${app} past its release stage has no release`)
  return releases.get(app, releaseVersion)
}

export const instancesOf = ({ id }: DeploymentRow, { cluster }: DriverDeps) =>
  cluster.current()?.instances.filter(({ deploymentId }) => deploymentId === id) ?? []

const worthAsking = (instances: readonly ObservedInstance[]) =>
  instances.filter(({ state }) => state === 'running' || state === 'failed' || state === 'complete').slice(-10)

async function previousServicesOf({ previousDeploymentId }: DeploymentRow, deps: DriverDeps): Promise<string[]> {
  if (previousDeploymentId === null) return []
  const [previous] = await deps.deployments.listByIds([previousDeploymentId])
  return previous ? previous.services.map(({ name }) => serviceNameOf(previous, name)) : []
}
