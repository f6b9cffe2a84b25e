import type { AppStore } from '../apps/app-store.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import type { ReleaseRow, ReleaseStore } from '../releases/release-store.ts'
import type { Wanted } from './live-deployments.ts'

export type WantedStores = { apps: AppStore; deployments: DeploymentStore; releases: ReleaseStore }

/** Reads what the database wants to run now. It is asked often, so it remembers releases, which never change. */
export function wantedReader({ apps, deployments, releases }: WantedStores): () => Promise<Wanted> {
  // By deployment: an app that is removed and made anew counts its releases from 1 again.
  let remembered = new Map<string, ReleaseRow>()

  async function releaseOf({ id, app, releaseVersion }: DeploymentRow) {
    if (releaseVersion === null) return undefined
    return remembered.get(id) ?? releases.find(app, releaseVersion)
  }

  /** Deployments before apps: one that ends in between is then still active here, and so is what it replaces. */
  async function readConsistently() {
    for (;;) {
      const active = await deployments.listActive()
      const allApps = await apps.list()
      const serving = new Set(allApps.map(({ activeDeploymentId }) => activeDeploymentId))
      // It took the route in between: as it was read, it does not say yet whose that was, and so whom to let finish.
      const hasSwitched = active.some(({ id, stage }) => stage !== 'drain' && serving.has(id))
      if (!hasSwitched) return { active, allApps }
    }
  }

  return async () => {
    const { active, allApps } = await readConsistently()
    const known = [...active, ...(await deployments.listByIds(otherIds(allApps, active)))]
    const found = await Promise.all(known.map(async (row) => [row.id, await releaseOf(row)] as const))
    remembered = new Map(found.flatMap(([id, release]) => (release ? [[id, release] as const] : [])))
    return {
      apps: allApps,
      deployments: known,
      releases: [...new Set(remembered.values())],
      removedApps: await apps.listRemoved(),
    }
  }
}

/** The deployments that serve, and those that active ones took the route from. */
function otherIds(apps: readonly { activeDeploymentId: string | null }[], active: readonly DeploymentRow[]): string[] {
  const ids = [...apps.map((app) => app.activeDeploymentId), ...active.map((row) => row.previousDeploymentId)]
  const seen = new Set(active.map(({ id }) => id))
  return [...new Set(ids.filter((id) => id !== null))].filter((id) => !seen.has(id))
}
