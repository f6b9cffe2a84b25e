import type { Engine } from '@berth/engine'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { cordonApi } from '../cordons/cordon-api.ts'
import { cordonStore } from '../cordons/cordon-store.ts'
import type { Database } from '../database/database.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { labelApi } from '../machine-labels/label-api.ts'
import type { MachineReader } from '../machines/machine-reader.ts'
import { pressureMetrics } from '../pressure/pressure-metrics.ts'
import { pressureReconciler } from '../pressure/pressure-reconciler.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { placementApi } from './placement-api.ts'

type Deps = {
  database: Database
  apps: AppStore
  releases: ReleaseStore
  deployments: DeploymentStore
  activity: ActivityStore
  engine: Engine
  cluster: ClusterObserver
  agents: AgentRegistry
  machines: MachineReader
  metrics: { registry: Registry }
  now(): number
  log: Logger
}

/** Everything about which machine takes which instances, put together. */
export function createPlacement(deps: Deps) {
  const cordons = cordonStore(deps)
  const pressure = pressureReconciler({ ...deps, cordons, metrics: pressureMetrics(deps.metrics.registry) })
  return {
    handlers: [...placementApi({ ...deps, cordons }), ...cordonApi({ ...deps, cordons, pressure }), ...labelApi(deps)],
    listCordons: cordons.list,
    heldBack: pressure.heldBack,
    run: pressure.run,
  }
}
