import { sql } from 'kysely'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { BackupKeeper } from '../backups/backup-keeper.ts'
import type { CleanupKeeper } from '../cleanup/cleanup-keeper.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { Database } from '../database/database.ts'
import type { Lease } from '../lease/hold-lease.ts'
import { listMachinesOf } from '../machines/machine-list.ts'
import type { createPlacement } from '../placement/create-placement.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import type { ReachKeeper } from '../truth/reach-keeper.ts'
import type { SystemFacts } from './system-facts.ts'

export type FactDeps = {
  database: Database
  lease: Pick<Lease, 'isOurs'>
  cluster: Pick<ClusterObserver, 'current' | 'ageMs'>
  agents: Pick<AgentRegistry, 'list' | 'find' | 'lastSeenAtMs'>
  routes: Pick<RouteReconciler, 'edges'>
  placement: Pick<ReturnType<typeof createPlacement>, 'listCordons' | 'heldBack'>
  backups: Pick<BackupKeeper, 'newestAtMs'>
  cleanup: Pick<CleanupKeeper, 'daysLeft'>
  now(): number
  reach: Pick<ReachKeeper, 'faults'>
  version: string
  /** Answers with the HTTP status of Berth's own registry. */
  askRegistry(signal: AbortSignal): Promise<number>
}

const patienceMs = 2_000

/** Looks at everything at once; what does not answer in time is a fact, too. */
export async function gatherSystemFacts(deps: FactDeps): Promise<SystemFacts> {
  const { cluster, agents, routes, reach, placement, version } = deps
  const [database, lease, registry, cordons] = await Promise.all([
    orError('no answer in 2 s', () => askDatabase(deps.database)),
    orError('no answer in 2 s', deps.lease.isOurs),
    orError('it does not answer', deps.askRegistry),
    orError('no answer in 2 s', placement.listCordons),
  ])
  const state = cluster.current()
  return {
    ...{ database, lease, registry, version },
    cordons: cordons instanceof Error ? [] : cordons,
    heldBack: placement.heldBack(),
    diskDaysLeft: deps.cleanup.daysLeft,
    newestBackupAtMs: deps.backups.newestAtMs(),
    nowMs: deps.now(),
    engineAgeMs: cluster.ageMs(),
    // Without what only the database knows: that may be what is away.
    machines: state ? listMachinesOf(state, { agents, drainOf: () => undefined, records: new Map() }) : [],
    agents: agents.list(),
    edges: routes.edges(),
    networkFaults: reach.faults(),
  }
}

async function askDatabase({ db, dialect }: Database) {
  const startedAtMs = performance.now()
  await sql`select 1`.execute(db)
  return { dialect, answerMs: Math.round(performance.now() - startedAtMs) }
}

async function orError<Answer>(tooLate: string, ask: (signal: AbortSignal) => Promise<Answer>) {
  const patience = AbortSignal.timeout(patienceMs)
  const { promise: late, resolve } = Promise.withResolvers<Error>()
  patience.addEventListener('abort', () => resolve(new Error(tooLate)), { once: true })
  return Promise.race([ask(patience).catch((error: unknown) => toError(error)), late])
}

/** fetch() says only that it failed, and why in the cause. */
function toError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  return error.cause instanceof Error ? error.cause : error
}
