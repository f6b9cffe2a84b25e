import type { App } from '@berth/contract'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import type { AppRow, AppStore } from './app-store.ts'
import { type AppFacts, viewApp } from './app-view.ts'

type Deps = {
  apps: Pick<AppStore, 'list'>
  deployments: Pick<DeploymentStore, 'latestOf' | 'listLatest' | 'listByIds'>
  cluster: Pick<ClusterObserver, 'current'>
  routes: Pick<RouteReconciler, 'edges'>
  urlOf(app: string): string
}

/** An app as people see it, with its newest deployment. */
export type ReadApp = { app: App; latest: DeploymentRow | undefined }

export type AppReader = ReturnType<typeof appReader>

/** Puts together what the database wants, what the cluster runs and what the edges see. */
export function appReader({ apps, deployments, cluster, routes, urlOf }: Deps) {
  type Known = { latest: DeploymentRow | undefined; serving: DeploymentRow | undefined }

  function view(app: AppRow, { latest, serving }: Known, seen: Pick<AppFacts, 'instances' | 'edges'>): App {
    return viewApp({ app, serving, latest, ...seen, url: urlOf(app.name) })
  }

  async function read(app: AppRow): Promise<App> {
    const { name, activeDeploymentId: id } = app
    const [latest, [serving]] = await Promise.all([
      deployments.latestOf(name),
      deployments.listByIds(id === null ? [] : [id]),
    ])
    const instances = cluster.current()?.instances.filter((instance) => instance.app === name) ?? []
    return view(app, { latest, serving }, { instances, edges: routes.edges() })
  }

  /** By name, and with a handful of queries, however many apps there are. */
  async function readAll(): Promise<ReadApp[]> {
    const rows = await apps.list()
    const latest = new Map((await deployments.listLatest()).map((row) => [row.app, row]))
    // What serves is mostly the newest as well.
    const known = new Set([...latest.values()].map(({ id }) => id))
    const others = rows.flatMap(({ activeDeploymentId: id }) => (id === null || known.has(id) ? [] : [id]))
    const byId = new Map([...latest.values(), ...(await deployments.listByIds(others))].map((row) => [row.id, row]))
    const instances = Map.groupBy(cluster.current()?.instances ?? [], ({ app }) => app)
    const edges = routes.edges()
    return rows.map((app) => {
      const found = { latest: latest.get(app.name), serving: byId.get(app.activeDeploymentId ?? '') }
      return { app: view(app, found, { instances: instances.get(app.name) ?? [], edges }), latest: found.latest }
    })
  }

  return { read, readAll }
}
