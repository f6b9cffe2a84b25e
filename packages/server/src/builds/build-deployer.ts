import { type BuiltService, PlatformError, type ServiceSpec } from '@berth/contract'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { Changes } from '../changes.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { applyChange, defaultService } from '../releases/service-change.ts'
import { type BuildDeploy, type BuildRow, keptBuilds } from './build-row.ts'
import type { BuildStore } from './build-store.ts'

type Deps = {
  apps: Pick<AppStore, 'find' | 'setReplicas'>
  builds: Pick<BuildStore, 'list' | 'setDeployment' | 'leaveUndeployed'>
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
  const others = (await builds.list(name, { limit: keptBuilds })).filter((other) => other.id !== id)
  const before = others.map((other) => other.images)
  const services = servicesOf(base?.services ?? [], { images, before }, wanted.change)
  const { deadlineMs, supersede } = wanted
  const row = await deployments.add({ app: name, kind: 'deploy', services, deadlineMs, requestedBy }, { supersede })
  await builds.setDeployment(id, row.id)
  const detail = images.map(({ image }) => image).join(', ')
  await activity.add({ actor: requestedBy, kind: 'deploy_requested', app: name, project: app.project, detail })
}

/** `before`: of each of the app's other builds, which tell what comes from the source and what a person said. */
type Built = { images: readonly BuiltService[]; before: readonly (readonly BuiltService[])[] }

/**
 * What serves, or was last tried, with the images that were built. A source of one service is the first service, whatever
 * that is called, and leaves those that no source made; one of several says which there are. What was said is about the first.
 */
export function servicesOf(
  base: readonly ServiceSpec[],
  { images, before }: Built,
  change: BuildDeploy['change'],
): ServiceSpec[] {
  const [face, ...others] = images
  if (!face) return [...base]
  const named = (name: string) => base.find((service) => service.name === name)
  const builtAs = (name: string) => before.flatMap((built) => built.filter(({ service }) => service === name))
  if (others.length === 0) {
    const left = base.slice(1).filter(({ name }) => builtAs(name).length === 0)
    return [withImage(base[0], face, { before: before.flatMap((built) => built.slice(0, 1)), change }), ...left]
  }
  return [face, ...others].map((one, i) => {
    const said = { before: builtAs(one.service), change: i === 0 ? change : {} }
    return { ...withImage(named(one.service), one, said), name: one.service }
  })
}

type Said = { before: readonly BuiltService[]; change: BuildDeploy['change'] }

/**
 * What nobody has said is as the source says. What a service has otherwise than any build of it said was said by a person,
 * as was that one without a port is a worker.
 */
function withImage(found: ServiceSpec | undefined, built: BuiltService, { before, change }: Said): ServiceSpec {
  const { image, port, environment } = built
  const service = { ...(found ?? defaultService), image }
  const env = { ...environment, ...saidOf(service.env, before) }
  const isPortSaid = found && !before.some((one) => one.port === (found.port ?? null))
  const changed = applyChange({ ...service, env }, change)
  if (isPortSaid || change.port !== undefined) return changed
  const { port: _, ...portless } = changed
  return port === null ? portless : { ...portless, port }
}

const saidOf = (env: Record<string, string>, before: readonly BuiltService[]) =>
  Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !before.some(({ environment }) => environment[name] === value)),
  )
