import {
  cancelDeployment,
  createDeployment,
  followDeployment,
  getDeployment,
  listDeployments,
  PlatformError,
} from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { Changes } from '../changes.ts'
import { hasImage, type ImageStore, noImage } from '../cleanup/image-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { applyChange } from '../releases/service-change.ts'
import { watchRow } from '../watch-row.ts'
import { isActive } from './deployment-progress.ts'
import type { DeploymentRow } from './deployment-row.ts'
import type { DeploymentStore } from './deployment-store.ts'
import { viewDeployment } from './deployment-view.ts'

type Deps = {
  apps: AppStore
  releases: ReleaseStore
  deployments: DeploymentStore
  imageStore: Pick<ImageStore, 'listRemoved'>
  activity: ActivityStore
  changes: Changes
  urlOf(app: string): string
}

export const deploymentApi = (deps: Deps) => {
  const { apps, deployments, activity, changes, urlOf } = deps
  const view = (row: DeploymentRow) => viewDeployment(row, urlOf)
  async function* views(rows: AsyncIterable<DeploymentRow>) {
    for await (const row of rows) yield view(row)
  }

  return [
    handle(createDeployment, async ({ params: { app }, body, caller }) => {
      const { project } = await apps.get(app)
      const wanted = await whatToDeploy(app, body, deps)
      const { supersede, deadlineMs } = body
      // Only recorded here: a driver does the work, and the caller follows it by its id.
      const row = await deployments.add({ app, ...wanted, deadlineMs, requestedBy: caller.name }, { supersede })
      await activity.add({ actor: caller.name, kind: `${row.kind}_requested`, app, project, detail: describe(row) })
      changes.notify()
      return view(row)
    }),

    handle(listDeployments, async ({ params: { app }, query }) => {
      await apps.get(app)
      return (await deployments.list(app, query)).map(view)
    }),

    handle(getDeployment, async ({ params: { app, deploymentId } }) => view(await deployments.get(app, deploymentId))),

    handle(followDeployment, async ({ params: { app, deploymentId }, signal }) => {
      const read = () => deployments.get(app, deploymentId)
      await read() // Refuses before the stream begins.
      return views(watchRow({ read, hasEnded: (row) => !isActive(row), changes }, signal))
    }),

    handle(cancelDeployment, async ({ params: { app, deploymentId }, caller }) => {
      const { project } = await apps.get(app)
      const row = await deployments.get(app, deploymentId)
      const cancelled = await deployments.cancel(row.id, `cancelled by ${caller.name}`)
      if (!cancelled) throw await tooLate(app, row.id, deployments)
      await activity.add({ actor: caller.name, kind: 'deployment_cancelled', app, project, detail: describe(row) })
      changes.notify()
      return view(cancelled)
    }),
  ]
}

type Body = {
  change?: Parameters<typeof applyChange>[1] | undefined
  service?: string | undefined
  ifServing?: number | undefined
  releaseVersion?: number | undefined
}

/** A change of the newest release, an earlier release, or (neither) what serves now, with new instances. */
async function whatToDeploy(name: string, { change, service, ifServing, releaseVersion }: Body, deps: Deps) {
  const { apps, releases, deployments, imageStore } = deps
  if (change && releaseVersion !== undefined) {
    throw new PlatformError('invalid_request', 'Give either a change or a releaseVersion, not both')
  }
  const app = await apps.get(name)
  if (releaseVersion !== undefined) {
    const release = await releases.get(name, releaseVersion)
    if (!hasImage(release, await imageStore.listRemoved(name))) throw noImage(release)
    return { kind: 'rollback' as const, services: release.services, releaseVersion }
  }
  const serving = app.activeDeploymentId ? await deployments.get(name, app.activeDeploymentId) : undefined
  if (ifServing !== undefined && serving?.releaseVersion !== ifServing) throw servesAnother(name, ifServing)
  if (change) {
    // Of what serves, or of what was last tried: correcting a first deployment that failed needs no second app.
    const base = serving ?? (await deployments.latestOf(name))
    if (!base) throw new PlatformError('invalid_request', `App ${name} has nothing to change yet`)
    return { kind: 'deploy' as const, services: withChange(name, base.services, { service, change }) }
  }
  if (!serving?.releaseVersion) {
    throw new PlatformError('release_not_found', `App ${name} has no release that serves`, {
      hint: 'Deploy it first: berth deploy',
    })
  }
  if (app.isStopped) {
    throw new PlatformError('app_stopped', `App ${name} is stopped`, { hint: `berth start ${name}` })
  }
  return { kind: 'restart' as const, services: serving.services, releaseVersion: serving.releaseVersion }
}

type Changing = { service: string | undefined; change: Parameters<typeof applyChange>[1] }

/** Of the face unless another service is named. */
function withChange(app: string, services: DeploymentRow['services'], { service, change }: Changing) {
  const place = service === undefined ? 0 : services.findIndex(({ name }) => name === service)
  const names = services.map(({ name }) => name).join(', ')
  if (place < 0) {
    throw new PlatformError('invalid_request', `App ${app} has no service ${service}`, { hint: `It has ${names}` })
  }
  return services.map((each, i) => (i === place ? applyChange(each, change) : each))
}

const servesAnother = (app: string, version: number) =>
  new PlatformError('conflict', `App ${app} does not serve v${version} any more, so nothing was deployed`, {
    hint: `berth releases ${app} says what it serves now`,
  })

async function tooLate(app: string, id: string, deployments: DeploymentStore) {
  const row = await deployments.get(app, id)
  return new PlatformError(
    'deployment_finished',
    isActive(row) ? 'The route is switched already, so there is nothing to cancel' : `The deployment has ${row.state}`,
    { hint: `To go back: berth rollback ${app}` },
  )
}

const describe = ({ services, releaseVersion }: DeploymentRow) =>
  releaseVersion === null ? services.map(({ image }) => image).join(', ') : `v${releaseVersion}`
