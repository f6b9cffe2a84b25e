import type { DesiredService, Engine } from '@berth/engine'
import type { Logger } from 'pino'
import type { Changes } from './changes.ts'
import type { ClusterObserver } from './cluster/cluster-observer.ts'
import { isActive } from './deployments/deployment-progress.ts'
import type { DeploymentRow } from './deployments/deployment-row.ts'
import { adjustmentsOf, type Relocating } from './relocations/adjustments.ts'
import type { RelocationStore } from './relocations/relocation-store.ts'
import type { RouteReconciler } from './routes/route-reconciler.ts'
import { routeTable } from './routes/route-table.ts'
import { desiredServices } from './services/desired-services.ts'
import { liveDeployments, type Wanted } from './services/live-deployments.ts'
import { reconcileServices } from './services/service-reconciler.ts'
import { type WantedStores, wantedReader } from './services/wanted.ts'
import type { Supervisor } from './supervisor.ts'

export type ReconcilerDeps = {
  stores: WantedStores
  relocations: Pick<RelocationStore, 'read'>
  engine: Engine
  cluster: ClusterObserver
  routes: RouteReconciler
  supervisor: Supervisor<DeploymentRow>
  changes: Changes
  domain: string
  log: Logger
}

// Also without a notice: another server may have recorded something, or the cluster drifted.
const passEveryMs = 2_000

/** Runs passes until the signal ends it: at each change, and every two seconds. A pass that breaks is followed by the next. */
export async function runReconcilers(deps: ReconcilerDeps, signal: AbortSignal): Promise<void> {
  const readWanted = wantedReader(deps.stores)
  while (!signal.aborted) {
    const changed = deps.changes.wait(passEveryMs, signal)
    changed.catch(() => undefined)
    try {
      await reconcile(await readWanted(), await deps.relocations.read(), deps, signal)
    } catch (error) {
      if (!signal.aborted) deps.log.error({ err: error }, 'pass_failed')
    }
    await changed.catch(() => undefined)
  }
  await deps.supervisor.stopAll()
}

/** One pass over everything: what the database wants, in the cluster and on the edges. */
async function reconcile(wanted: Wanted, relocating: Relocating, deps: ReconcilerDeps, signal: AbortSignal) {
  const { routes, supervisor, domain } = deps
  const live = liveDeployments(wanted)
  supervisor.supervise(wanted.deployments.filter(isActive))

  // Services before routes: an edge can join a project's network only once that exists.
  const desired = desiredServices(live, adjustmentsOf(relocating))
  await reconcileCluster(desired, wanted, deps, signal)
  routes.reconcile(routeTable(live, domain))
}

async function reconcileCluster(
  desired: readonly DesiredService[],
  wanted: Wanted,
  { cluster, engine, log }: ReconcilerDeps,
  signal: AbortSignal,
) {
  const state = cluster.current()
  if (!state) return
  const known = new Set([...wanted.apps.map(({ name }) => name), ...wanted.removedApps])
  const world = { desired, observed: state.services, knowsApp: (app: string) => known.has(app) }
  if (await reconcileServices(world, { engine, log }, signal)) await cluster.look(signal)
}
