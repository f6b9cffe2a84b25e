import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterState } from '@berth/engine'
import type { Logger } from 'pino'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'list'>
  /** Throws when nobody answers for the cluster. */
  look(signal: AbortSignal): Promise<ClusterState>
  log: Logger
  everyMs?: number
}

const sweepEveryMs = 300_000
const patienceMs = 30_000

/** Has each machine remove what is left of instances that the cluster has forgotten, until the signal. */
export async function sweepLeftovers(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(deps.everyMs ?? sweepEveryMs, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await sweep(deps, signal)
  }
}

export async function sweep({ agents, look, log }: Deps, signal: AbortSignal): Promise<void> {
  try {
    // A fresh look, not the picture that is shown: an instance that nobody has heard of yet must not seem forgotten.
    const { instances } = await look(signal)
    const known = instances.map(({ id }) => id)
    await Promise.all(agents.list().map((agent) => sweepOne(agent, known, { log, signal })))
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'leftovers_not_looked_for')
  }
}

async function sweepOne(
  agent: AgentConnection,
  known: string[],
  { log, signal }: { log: Logger; signal: AbortSignal },
) {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    const { removed } = await agent.channel.call('removeLeftovers', { known }, { signal: patience })
    if (removed.length > 0) log.info({ machine: agent.name, removed }, 'leftovers_removed')
  } catch (error) {
    // The next sweep comes; an agent of an earlier version does not know how.
    if (!signal.aborted) log.warn({ err: error, machine: agent.name }, 'leftovers_not_removed')
  }
}
