import { getHealth, getSystem, listActivity, listMachines, whoAmI } from '@berth/contract'
import type { ActivityRow, ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { handle } from '../http/endpoint-handler.ts'
import { listMachinesOf } from './machine-list.ts'

type Deps = {
  activity: Pick<ActivityStore, 'list'>
  agents: Pick<AgentRegistry, 'list' | 'find' | 'lastSeenAtMs'>
  cluster: Pick<ClusterObserver, 'current' | 'ageMs' | 'refresh'>
  version: string
  database: 'sqlite' | 'postgres'
  domain: string
  startedAt: Date
}

/** Older than this, the picture of the cluster is not shown as the present. */
const freshMs = 5_000

export const systemApi = ({ activity, agents, cluster, version, database, domain, startedAt }: Deps) => [
  handle(whoAmI, ({ caller: { name, access } }) => ({ name, access })),

  handle(getHealth, () => ({ status: cluster.current() ? ('ready' as const) : ('starting' as const) })),

  handle(getSystem, () => ({
    version,
    database,
    isActive: true, // Only the server that holds the lease listens.
    startedAt: startedAt.toISOString(),
    domain,
    machines: cluster.current()?.machines.length ?? 0,
    agents: agents.list().length,
  })),

  handle(listActivity, async ({ query }) => (await activity.list(query)).map(viewActivity)),

  handle(listMachines, async ({ signal }) => {
    const seen = cluster.ageMs() < freshMs ? cluster.current() : undefined
    return listMachinesOf(seen ?? (await cluster.refresh(signal)), agents)
  }),
]

const viewActivity = ({ atMs, ...event }: ActivityRow) => ({ ...event, at: new Date(atMs).toISOString() })
