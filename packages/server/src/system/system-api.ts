import { getHealth, getSystem } from '@berth/contract'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { sampleApp } from './sample-app.ts'
import { judgeSystem } from './system-checks.ts'
import type { SystemFacts } from './system-facts.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'list'>
  cluster: Pick<ClusterObserver, 'current'>
  gatherFacts(): Promise<SystemFacts>
  findSample(): Promise<typeof sampleApp | null>
  version: string
  database: 'sqlite' | 'postgres'
  domain: string
  startedAt: Date
}

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
]
