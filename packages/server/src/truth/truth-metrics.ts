import { Counter, Gauge, type Registry } from 'prom-client'
import type { AgentRegistry } from '../agents/agent-registry.ts'

/** What the edges' truth checks found and did, by machine, as their last heartbeats say. */
export function addTruthMetrics(registry: Registry, agents: Pick<AgentRegistry, 'list'>): void {
  const truths = () =>
    agents.list().flatMap(({ name, lastHeartbeat }) => {
      const truth = lastHeartbeat?.edge.truth
      return truth ? [{ machine: name, truth }] : []
    })

  new Gauge({
    name: 'berth_edge_differences',
    help: 'Lasting differences between an edge and the cluster at this moment: instances that are missing, ghosts, unreachable ones',
    labelNames: ['machine', 'kind'] as const,
    registers: [registry],
    collect() {
      this.reset()
      for (const { machine, truth } of truths()) {
        this.set({ machine, kind: 'missing' }, truth.missing)
        this.set({ machine, kind: 'ghost' }, truth.ghosts)
        this.set({ machine, kind: 'unreachable' }, truth.unreachable.length)
      }
    },
  })
  new Counter({
    name: 'berth_edge_repairs_total',
    help: 'Repairs of an edge since its agent began, by kind',
    labelNames: ['machine', 'kind'] as const,
    registers: [registry],
    collect() {
      this.reset()
      for (const { machine, truth } of truths()) {
        for (const [kind, count] of Object.entries(truth.repairs)) this.inc({ machine, kind }, count)
      }
    },
  })
}
