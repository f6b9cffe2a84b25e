import type { AppRow } from '../apps/app-store.ts'
import { isActive } from '../deployments/deployment-progress.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import type { ReleaseRow } from '../releases/release-store.ts'

/**
 * A deployment whose instances must exist now. `candidate`: comes up beside what serves. `serving`: has the route.
 * `draining`: had it until a moment ago and finishes its last requests.
 */
export interface LiveDeployment {
  readonly app: AppRow
  readonly deployment: DeploymentRow
  readonly release: ReleaseRow
  readonly role: 'candidate' | 'serving' | 'draining'
}

/** What the database says about all apps at one moment. */
export interface Wanted {
  readonly apps: readonly AppRow[]
  /** The active ones, those that serve, and those that the active ones took the route from. */
  readonly deployments: readonly DeploymentRow[]
  readonly releases: readonly ReleaseRow[]
  /** Names of apps that were removed on purpose, and whose leftovers may go. */
  readonly removedApps: readonly string[]
}

const stagesWithInstances = new Set(['start', 'check', 'switch', 'drain'])

/** Whoever is not in the answer is no longer wanted: that is how failed, cancelled and replaced deployments end. */
export function liveDeployments({ apps, deployments, releases }: Omit<Wanted, 'removedApps'>): LiveDeployment[] {
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]))
  const releasesOf = Map.groupBy(releases, ({ app }) => app)
  const activeOf = new Map(deployments.filter(isActive).map((deployment) => [deployment.app, deployment]))
  const findRelease = ({ app, releaseVersion }: DeploymentRow) =>
    releasesOf.get(app)?.find(({ version }) => version === releaseVersion)

  return apps.flatMap((app) => {
    const active = activeOf.get(app.name)
    const roles = new Map<string, LiveDeployment['role']>()
    if (active && stagesWithInstances.has(active.stage)) roles.set(active.id, 'candidate')
    if (active?.previousDeploymentId) roles.set(active.previousDeploymentId, 'draining')
    if (app.activeDeploymentId) roles.set(app.activeDeploymentId, 'serving')

    return [...roles].flatMap(([id, role]): LiveDeployment[] => {
      const deployment = byId.get(id)
      const release = deployment && findRelease(deployment)
      return deployment && release ? [{ app, deployment, release, role }] : []
    })
  })
}
