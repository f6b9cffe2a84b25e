import { getHealth, getSystem, listMachines } from '@berth/contract'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { handle } from '../http/endpoint-handler.ts'
import { listMachinesOf } from './machine-list.ts'
import type { sampleApp } from './sample-app.ts'
import { judgeSystem, type SystemFacts } from './system-checks.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'list' | 'find' | 'lastSeenAtMs'>
  cluster: Pick<ClusterObserver, 'current' | 'ageMs' | 'refresh'>
  gatherFacts(): Promise<SystemFacts>
  findSample(): Promise<typeof sampleApp | null>
  version: string
  database: 'sqlite' | 'postgres'
  domain: string
  startedAt: Date
}

/** Older than this, the picture of the cluster is not shown as the present. */
const freshMs = 5_000

export const systemApi = (deps: Deps) => [
  handle(getHealth, () => ({ status: deps.cluster.current() ? ('ready' as const) : ('starting' as const) })),

  handle(getSystem, async () => {
    const { agents, cluster, version, database, domain, startedAt } = deps
    const [facts, sample] = await Promise.all([deps.gatherFacts(), deps.findSample()])
    return {
      ...{ version, database, domain, sample },
      isActive: true, // Only the server that holds the lease listens.
      startedAt: startedAt.toISOString(),
      machines: cluster.current()?.machines.length ?? 0,
      agents: agents.list().length,
      checks: judgeSystem(facts),
    }
  }),

  handle(listMachines, async ({ signal }) => {
    const { cluster, agents } = deps
    const seen = cluster.ageMs() < freshMs ? cluster.current() : undefined
    return listMachinesOf(seen ?? (await cluster.refresh(signal)), agents)
  }),
]
