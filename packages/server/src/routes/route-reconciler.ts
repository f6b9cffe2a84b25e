import { isDeepStrictEqual } from 'node:util'
import type { RouteTable } from '@berth/contract'
import type { Logger } from 'pino'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import type { EdgeView } from './edges.ts'

/** Sees to it that every edge serves the table that is wanted. */
export interface RouteReconciler {
  /** Starts what is needed and does not wait for it: a slow edge holds up no other. */
  reconcile(table: RouteTable): void
  /** The edges of all connected machines. */
  edges(): EdgeView[]
}

type Deps = { agents: AgentRegistry; onChange(): void; log: Logger; signal: AbortSignal }
type Delivery =
  | { table: RouteTable; state: 'sending' }
  /** `waiting`: the next attempt is not due yet. */
  | { table: RouteTable; state: 'waiting' | 'failed'; failures: number }
  | { table: RouteTable; state: 'served'; fingerprint: string | null }

const deliveryTimeoutMs = 30_000
/** Doubled with each failure: an edge that only starts is soon there, one that cannot start must not fill the log. */
const firstPauseMs = 250
const longestPauseMs = 10_000

export function routeReconciler({ agents, onChange, log, signal }: Deps): RouteReconciler {
  let wanted: RouteTable | undefined
  // By connection, not by machine: an agent that connects anew may have lost everything.
  const deliveries = new WeakMap<AgentConnection, Delivery>()

  function isCurrent(agent: AgentConnection): boolean {
    const delivery = deliveries.get(agent)
    return (
      wanted !== undefined &&
      delivery?.state === 'served' &&
      delivery.table === wanted &&
      agent.lastHeartbeat?.edge.fingerprint === delivery.fingerprint
    )
  }

  async function deliver(agent: AgentConnection, table: RouteTable, failures: number) {
    deliveries.set(agent, { table, state: 'sending' })
    try {
      const { fingerprint, error } = await agent.channel.call('setRoutes', table, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(deliveryTimeoutMs)]),
      })
      if (error) throw new Error(error)
      deliveries.set(agent, { table, state: 'served', fingerprint })
    } catch (error) {
      if (signal.aborted) return
      log.warn({ machine: agent.name, err: error }, 'routes_not_delivered')
      return pause(agent, { table, state: 'waiting', failures: failures + 1 })
    }
    onChange()
  }

  function pause(agent: AgentConnection, waiting: Extract<Delivery, { failures: number }>) {
    deliveries.set(agent, waiting)
    // A newer table that came meanwhile does not wait.
    onChange()
    setTimeout(() => {
      if (signal.aborted || deliveries.get(agent) !== waiting) return
      deliveries.set(agent, { ...waiting, state: 'failed' })
      onChange()
    }, pauseMs(waiting.failures)).unref()
  }

  function reconcile(next: RouteTable) {
    // The same object for as long as it says the same, as it is compared for each edge, and often.
    const table = isDeepStrictEqual(wanted, next) && wanted ? wanted : next
    wanted = table
    for (const agent of agents.list()) {
      const delivery = deliveries.get(agent)
      if (delivery?.state === 'sending') continue // Its end comes back here by onChange.
      const isDone = delivery?.state === 'served' || delivery?.state === 'waiting'
      if (isDone && delivery.table === table) continue
      void deliver(agent, table, delivery?.state === 'failed' ? delivery.failures : 0)
    }
  }

  const pauseMs = (failures: number) => Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs)
  const nothingYet = { fingerprint: null, error: null, countedAtMs: null, backends: [] }
  const edges = () =>
    agents.list().map((agent) => ({
      machine: agent.name,
      isCurrent: isCurrent(agent),
      status: agent.lastHeartbeat?.edge ?? nothingYet,
    }))

  return { reconcile, edges }
}
