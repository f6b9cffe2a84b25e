import { getEnvironment, listReleases, type Release } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import { describeChanges } from './describe-changes.ts'
import type { ReleaseRow, ReleaseStore } from './release-store.ts'
import { servingRelease } from './serving-release.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  releases: Pick<ReleaseStore, 'list' | 'latest' | 'get'>
  deployments: Pick<DeploymentStore, 'listByIds' | 'latestOf'>
}

export const releaseApi = ({ apps, releases, deployments }: Deps) => {
  return [
    handle(listReleases, async ({ params: { app } }) => {
      await apps.get(app)
      const newestFirst = await releases.list(app)
      return newestFirst.map((release, i) => viewRelease(release, newestFirst[i + 1]))
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
): Release {
  return {
    ...release,
    services: services.map(({ env, ...service }) => ({ ...service, envNames: Object.keys(env).toSorted() })),
    changes: describeChanges(before?.services, services),
    createdAt: new Date(createdAtMs).toISOString(),
  }
}
