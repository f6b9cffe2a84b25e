import { getEnvironment, listReleases, type Release } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import { hasImage, type ImageStore } from '../cleanup/image-store.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import { describeChanges } from './describe-changes.ts'
import type { ReleaseRow, ReleaseStore } from './release-store.ts'
import { servingRelease } from './serving-release.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  releases: Pick<ReleaseStore, 'list' | 'latest' | 'get'>
  deployments: Pick<DeploymentStore, 'listByIds' | 'latestOf'>
  imageStore: Pick<ImageStore, 'listRemoved'>
}

export const releaseApi = ({ apps, releases, deployments, imageStore }: Deps) => {
  return [
    handle(listReleases, async ({ params: { app } }) => {
      await apps.get(app)
      const [newestFirst, removed] = [await releases.list(app), await imageStore.listRemoved(app)]
      return newestFirst.map((release, i) => viewRelease(release, newestFirst[i + 1], removed))
    }),

    handle(getEnvironment, async ({ params: { app } }) => {
      const release = await servingRelease(app, { apps, releases, deployments })
      // Where none was made yet, what was asked for: the next change is one of that.
      const { services = [] } = release ?? (await deployments.latestOf(app)) ?? {}
      return { releaseVersion: release?.version ?? null, services: services.map(({ name, env }) => ({ name, env })) }
    }),
  ]
}

/** Without the values of the environment, which only those who deploy may see. */
export function viewRelease(
  { services, createdAtMs, ...release }: ReleaseRow,
  before: ReleaseRow | undefined,
  removedImages: ReadonlySet<string>,
): Release {
  return {
    ...release,
    services: services.map(({ env, ...service }) => ({ ...service, envNames: Object.keys(env).toSorted() })),
    hasImage: hasImage({ services }, removedImages),
    changes: describeChanges(before?.services, services),
    createdAt: new Date(createdAtMs).toISOString(),
  }
}
