import {
  type App,
  createApp,
  getApp,
  listApps,
  PlatformError,
  removeApp,
  scaleApp,
  startApp,
  stopApp,
} from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { isActive } from '../deployments/deployment-progress.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { viewDeployment } from '../deployments/deployment-view.ts'
import { explainMisfit } from '../deployments/fit-plan.ts'
import { handle } from '../http/endpoint-handler.ts'
import { applyChange, defaultService } from '../releases/service-change.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import type { AppRow, AppStore } from './app-store.ts'
import { viewApp } from './app-view.ts'

type Deps = {
  apps: AppStore
  deployments: DeploymentStore
  activity: ActivityStore
  cluster: ClusterObserver
  routes: Pick<RouteReconciler, 'edges'>
  changes: Changes
  urlOf(app: string): string
}

export const appApi = (deps: Deps) => {
  const { apps, deployments, activity, changes, urlOf } = deps

  async function record(actor: string, kind: string, app: string, detail: string | null = null) {
    await activity.add({ actor, kind, app, detail })
    changes.notify()
  }

  return [
    handle(createApp, async ({ body, caller }) => {
      const { name, project, replicas, supersede: _, deadlineMs, ...change } = body
      const service = applyChange({ ...defaultService, image: change.image }, change)
      const { deployment } = await apps.createWithDeployment({
        app: { name, project, replicas },
        deployment: { services: [service], requestedBy: caller.name, deadlineMs },
      })
      await record(caller.name, 'app_created', name, service.image)
      return viewDeployment(deployment, urlOf)
    }),

    handle(listApps, () => lookAtAll(deps)),

    handle(getApp, async ({ params }) => look(await apps.get(params.app), deps)),

    handle(removeApp, async ({ params, caller }) => {
      await apps.remove(params.app)
      await record(caller.name, 'app_removed', params.app)
      return { removed: true as const }
    }),

    handle(scaleApp, async ({ params, body, caller }) => {
      const app = await apps.get(params.app)
      if (app.isStopped) {
        throw new PlatformError('app_stopped', `App ${app.name} is stopped`, { hint: `berth start ${app.name}` })
      }
      await refuseMisfit(app, body.replicas, deps)
      const scaled = await apps.setReplicas(app.name, body.replicas)
      await record(caller.name, 'app_scaled', app.name, `${app.replicas} to ${body.replicas}`)
      return look(scaled, deps)
    }),

    handle(stopApp, async ({ params, caller }) => {
      const latest = await deployments.latestOf((await apps.get(params.app)).name)
      if (latest && isActive(latest)) {
        throw new PlatformError('deployment_in_progress', `App ${params.app} is being deployed`, {
          hint: `Wait for it, or: berth cancel ${params.app}`,
        })
      }
      const stopped = await apps.setStopped(params.app, true)
      await record(caller.name, 'app_stopped', params.app)
      return look(stopped, deps)
    }),

    handle(startApp, async ({ params, caller }) => {
      const app = await apps.get(params.app)
      if (app.activeDeploymentId === null) {
        throw new PlatformError('release_not_found', `App ${app.name} has no release that could be started`, {
          hint: 'Deploy it first: berth deploy',
        })
      }
      const started = await apps.setStopped(app.name, false)
      await record(caller.name, 'app_started', app.name)
      return look(started, deps)
    }),
  ]
}

async function look(app: AppRow, deps: Deps): Promise<App> {
  const { activeDeploymentId: id } = app
  const [latest, [serving]] = await Promise.all([
    deps.deployments.latestOf(app.name),
    deps.deployments.listByIds(id === null ? [] : [id]),
  ])
  return view(app, { latest, serving }, deps)
}

/** With a handful of queries, however many apps there are. */
async function lookAtAll(deps: Deps): Promise<App[]> {
  const apps = await deps.apps.list()
  const ids = apps.flatMap(({ activeDeploymentId: id }) => (id === null ? [] : [id]))
  const [latest, serving] = await Promise.all([deps.deployments.listLatest(), deps.deployments.listByIds(ids)])
  const latestByApp = new Map(latest.map((row) => [row.app, row]))
  const servingByApp = new Map(serving.map((row) => [row.app, row]))
  return apps.map((app) => view(app, { latest: latestByApp.get(app.name), serving: servingByApp.get(app.name) }, deps))
}

type Known = { latest: DeploymentRow | undefined; serving: DeploymentRow | undefined }

function view(app: AppRow, { latest, serving }: Known, { cluster, routes, urlOf }: Deps): App {
  return viewApp({
    app,
    serving,
    latest,
    isDeploying: latest !== undefined && isActive(latest),
    instances: cluster.current()?.instances.filter((instance) => instance.app === app.name) ?? [],
    edges: routes.edges(),
    url: urlOf(app.name),
  })
}

/** Swarm would accept it and leave instances waiting for room for ever. */
async function refuseMisfit(app: AppRow, replicas: number, { deployments, cluster }: Deps) {
  const state = cluster.current()
  const [serving] = app.activeDeploymentId === null ? [] : await deployments.listByIds([app.activeDeploymentId])
  if (!state || !serving || replicas <= app.replicas) return
  for (const { resources } of serving.services) {
    const misfit = explainMisfit({ replicas: replicas - app.replicas, resources }, state.machines, state.reserved)
    if (!misfit) continue
    throw new PlatformError('does_not_fit', `${app.name} cannot have ${replicas} instances: ${misfit}`, {
      hint: 'Scale something else down, or add a machine',
    })
  }
}
