import { PlatformError } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { type ImageNeeds, imageNeeds, type ReleasedImages } from './image-needs.ts'
import type { ImageStore } from './image-store.ts'

export type NeedsDeps = {
  apps: Pick<AppStore, 'list' | 'listRemoved'>
  deployments: Pick<DeploymentStore, 'listActive' | 'listByIds'>
  imageStore: Pick<ImageStore, 'listReleased' | 'listBuilt'>
  cluster: Pick<ClusterObserver, 'current'>
  now(): number
}

export type ReadNeeds = (app?: string) => Promise<{ needs: ImageNeeds; releases: readonly ReleasedImages[] }>

/** A build that was not deployed is kept for who wants to do it by hand. */
const builtKeptMs = 24 * 3_600_000

/**
 * Reads which images are needed now; with an app, only as far as its own are concerned. What becomes another thing while
 * it is read (a build a deployment, that a release) is read first as what it was.
 */
export function needsReader({ apps, deployments, imageStore, cluster, now }: NeedsDeps): ReadNeeds {
  return async (app) => {
    const state = cluster.current()
    // Something may run that the database has lost; without a look at the cluster nothing is known to be unneeded.
    if (!state)
      throw new PlatformError('engine_unavailable', 'The cluster was not seen yet', { hint: 'Try again soon' })
    const built = await imageStore.listBuilt(now() - builtKeptMs)
    const active = await deployments.listActive()
    const allApps = await apps.list()
    const serving = await deployments.listByIds(idsOf(allApps.map(({ activeDeploymentId }) => activeDeploymentId)))
    const before = await deployments.listByIds(idsOf(serving.map((row) => row.previousDeploymentId)))
    const releases = await imageStore.listReleased(app)
    const needs = imageNeeds({
      apps: allApps.map(({ name }) => name),
      removedApps: await apps.listRemoved(),
      releases,
      live: [...active, ...serving, ...before].flatMap(releaseOf),
      images: [...built, ...active.flatMap(imagesOf), ...state.instances.map(({ image }) => image)],
    })
    return { needs, releases }
  }
}

const idsOf = (ids: readonly (string | null)[]) => ids.filter((id) => id !== null)

const releaseOf = ({ app, releaseVersion }: DeploymentRow) =>
  releaseVersion === null ? [] : [{ app, version: releaseVersion }]

const imagesOf = ({ services }: DeploymentRow) => services.map(({ image }) => image)
