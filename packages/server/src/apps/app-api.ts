import { createApp, getApp, listApps, PlatformError, removeApp, scaleApp, startApp, stopApp } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { viewDeployment } from '../deployments/deployment-view.ts'
import { explainMisfit } from '../deployments/fit-plan.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { applyChange, defaultService } from '../releases/service-change.ts'
import { reservedResources } from '../reservations/reserved-resources.ts'
import type { AppReader } from './app-reader.ts'
import type { AppRow, AppStore } from './app-store.ts'
import { listVisible } from './visible-apps.ts'

type Deps = {
  apps: AppStore
  deployments: DeploymentStore
  releases: Pick<ReleaseStore, 'get'>
  activity: ActivityStore
  cluster: ClusterObserver
  changes: Changes
  reader: AppReader
  urlOf(app: string): string
}

type NamedApp = Pick<AppRow, 'name' | 'project'>

export const appApi = (deps: Deps) => {
  const { apps, activity, changes, reader, urlOf } = deps

  async function record(actor: string, kind: string, { name, project }: NamedApp, detail: string | null = null) {
    await activity.add({ actor, kind, app: name, project, detail })
    changes.notify()
  }

  return [
    handle(createApp, async ({ body, caller }) => {
      const { name, project, replicas, supersede: _, deadlineMs, ...change } = body
      const service = applyChange({ ...defaultService, image: change.image }, change)
      const { deployment } = await apps.createWithDeployment({
        app: { name, project, replicas },
        mustHaveProject: !caller.isAdmin,
        deployment: { services: [service], requestedBy: caller.name, deadlineMs },
      })
      await record(caller.name, 'app_created', { name, project }, service.image)
      return viewDeployment(deployment, urlOf)
    }),

    handle(listApps, async ({ caller }) =>
      listVisible(
        (await reader.readAll()).map(({ app }) => app),
        caller,
      ),
    ),

    handle(getApp, async ({ params }) => reader.read(await apps.get(params.app))),

    handle(removeApp, async ({ params, caller }) => {
      const app = await apps.get(params.app)
      await apps.remove(app.name)
      await record(caller.name, 'app_removed', app)
      return { removed: true as const }
    }),

    handle(scaleApp, async ({ params, body, caller }) => {
      const app = await apps.get(params.app)
      if (app.isStopped) {
        throw new PlatformError('app_stopped', `App ${app.name} is stopped`, { hint: `berth start ${app.name}` })
      }
      await refuseMisfit(app, body.replicas, deps)
      const scaled = await apps.setReplicas(app.name, body.replicas)
      await record(caller.name, 'app_scaled', app, `${app.replicas} to ${body.replicas}`)
      return reader.read(scaled)
    }),

    handle(stopApp, async ({ params, caller }) => {
      const stopped = await apps.stop(params.app)
      await record(caller.name, 'app_stopped', stopped)
      return reader.read(stopped)
    }),

    handle(startApp, async ({ params, caller }) => {
      const started = await apps.start(params.app)
      await record(caller.name, 'app_started', started)
      return reader.read(started)
    }),
  ]
}

/** Swarm would accept it and leave instances waiting for room for ever. */
async function refuseMisfit(app: AppRow, replicas: number, { deployments, releases, cluster }: Deps) {
  const state = cluster.current()
  const [serving] = app.activeDeploymentId === null ? [] : await deployments.listByIds([app.activeDeploymentId])
  if (!state || !serving?.releaseVersion || replicas <= app.replicas) return
  const { services } = await releases.get(app.name, serving.releaseVersion)
  for (const service of services) {
    const request = { ...service, resources: reservedResources(service), replicas: replicas - app.replicas }
    const misfit = explainMisfit(request, state.machines, state.reserved)
    if (!misfit) continue
    throw new PlatformError('does_not_fit', `${app.name} cannot have ${replicas} instances: ${misfit}`, {
      hint: `berth machines explain ${app.name} says what keeps each machine from taking one`,
    })
  }
}
