import type { AppStore } from '../apps/app-store.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import type { ReleaseRow, ReleaseStore } from './release-store.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  releases: Pick<ReleaseStore, 'latest' | 'get'>
  deployments: Pick<DeploymentStore, 'listByIds'>
}

/** The release that an app serves now, or else its newest. Throws `app_not_found`. */
export async function servingRelease(
  app: string,
  { apps, releases, deployments }: Deps,
): Promise<ReleaseRow | undefined> {
  const { activeDeploymentId: id } = await apps.get(app)
  const [serving] = id === null ? [] : await deployments.listByIds([id])
  return serving?.releaseVersion ? releases.get(app, serving.releaseVersion) : releases.latest(app)
}
