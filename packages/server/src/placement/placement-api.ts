import { explainPlacement, PlatformError } from '@berth/contract'
import type { AppRow, AppStore } from '../apps/app-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { CordonStore } from '../cordons/cordon-store.ts'
import { isActive } from '../deployments/deployment-progress.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { serviceNameOf } from '../services/desired-services.ts'
import { explainService, type PlacedService } from './explain-service.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  deployments: Pick<DeploymentStore, 'list' | 'listByIds'>
  releases: Pick<ReleaseStore, 'get'>
  cluster: Pick<ClusterObserver, 'recent' | 'refresh'>
  cordons: Pick<CordonStore, 'list'>
}

export const placementApi = (deps: Deps): EndpointHandler[] => [
  handle(explainPlacement, async ({ params, signal }) => {
    const app = await deps.apps.get(params.app)
    const placed = await placedServices(app, deps)
    if (placed.length === 0) {
      throw new PlatformError('release_not_found', `${app.name} has no release yet, so nothing is placed`, {
        hint: `berth follow ${app.name} shows how its deployment goes`,
      })
    }
    const state = (await deps.cluster.recent(signal)) ?? (await deps.cluster.refresh(signal))
    const cordons = await deps.cordons.list()
    return { app: app.name, services: placed.map((service) => explainService(service, { state, cordons })) }
  }),
]

async function placedServices(app: AppRow, { deployments, releases }: Deps): Promise<PlacedService[]> {
  const rows = await relevantDeployments(app, deployments)
  const replicas = app.isStopped ? 0 : app.replicas
  const found = await Promise.all(
    rows.map(async (row) => {
      const release = await releases.get(app.name, row.releaseVersion)
      return release.services.map((service) => ({
        ...{ service, replicas },
        releaseVersion: release.version,
        serviceName: serviceNameOf(row, service.name),
      }))
    }),
  )
  return found.flat()
}

type Released = DeploymentRow & { releaseVersion: number }

/** The one under way, and the one that serves; where neither is, the newest: it is asked why that one failed. */
async function relevantDeployments(app: AppRow, deployments: Deps['deployments']): Promise<Released[]> {
  const released = (row: DeploymentRow): row is Released => row.releaseVersion !== null
  const newest = (await deployments.list(app.name, { limit: 20 })).filter(released)
  const serving = app.activeDeploymentId === null ? [] : await deployments.listByIds([app.activeDeploymentId])
  const candidates = newest.filter((row) => isActive(row) && row.id !== app.activeDeploymentId)
  const relevant = [...candidates, ...serving.filter(released)]
  return relevant.length > 0 ? relevant : newest.slice(0, 1)
}
