import { type BuiltService, PlatformError, type ServiceSpec } from '@berth/contract'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { Changes } from '../changes.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { applyChange, defaultService } from '../releases/service-change.ts'
import type { BuildDeploy, BuildRow } from './build-row.ts'
import type { BuildStore } from './build-store.ts'

type Deps = {
  apps: Pick<AppStore, 'find' | 'setReplicas'>
  builds: Pick<BuildStore, 'setDeployment' | 'leaveUndeployed'>
  deployments: DeploymentStore
  activity: Pick<ActivityStore, 'add'>
  changes: Changes
  log: Logger
}

/** Deploys what was built. One that is under way for the app is waited for; what can never be deployed is left, and says why. */
export const buildDeployer = (deps: Deps) => async (build: BuildRow) => {
  const { builds, changes, log } = deps
  try {
    await deploy(build, deps)
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    // Looked at again in the next pass: the one that is under way ends.
    if (error.code === 'deployment_in_progress') return
    log.info({ app: build.app, buildId: build.id, code: error.code }, 'build_not_deployed')
    await builds.leaveUndeployed(build.id, `Built, but not deployed: ${error.message}`)
  }
  changes.notify()
}

async function deploy(build: BuildRow, { apps, builds, deployments, activity }: Deps) {
  const { id, app: name, images, deploy: wanted, requestedBy } = build
  const app = await apps.find(name)
  if (!app || !wanted) return
  if (wanted.replicas && wanted.replicas !== app.replicas) await apps.setReplicas(name, wanted.replicas)
  const base = app.activeDeploymentId
    ? await deployments.get(name, app.activeDeploymentId)
    : await deployments.latestOf(name)
  const services = servicesOf(base?.services ?? [], images, wanted.change)
  const { deadlineMs, supersede } = wanted
  const row = await deployments.add({ app: name, kind: 'deploy', services, deadlineMs, requestedBy }, { supersede })
  await builds.setDeployment(id, row.id)
  const detail = images.map(({ image }) => image).join(', ')
  await activity.add({ actor: requestedBy, kind: 'deploy_requested', app: name, project: app.project, detail })
}

/**
 * What serves, or was last tried, with the images that were built. A source of one service is the first service, whatever
 * that is called, and leaves the others; one of several says which there are. What was said is about the first.
 */
export function servicesOf(
  base: readonly ServiceSpec[],
  images: readonly BuiltService[],
  change: BuildDeploy['change'],
): ServiceSpec[] {
  const [face, ...others] = images
  if (!face) return [...base]
  const named = (name: string) => base.find((service) => service.name === name)
  if (others.length === 0) return [withImage(base[0], face, change), ...base.slice(1)]
  return [
    { ...withImage(named(face.service), face, change), name: face.service },
    ...others.map((one) => ({ ...withImage(named(one.service), one, {}), name: one.service })),
  ]
}

/** What nobody has said is as the source says: the port only of a service that is new, since a worker has none on purpose. */
function withImage(found: ServiceSpec | undefined, built: BuiltService, change: BuildDeploy['change']): ServiceSpec {
  const { image, port, environment } = built
  const service = { ...(found ?? defaultService), image }
  const changed = applyChange({ ...service, env: { ...environment, ...service.env } }, change)
  const isPortUnsaid = !found && change.port === undefined
  return isPortUnsaid && port !== null ? { ...changed, port } : changed
}
