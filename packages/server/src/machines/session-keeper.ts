import type { ObservedMachine } from '@berth/engine'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import { planSessions, type SessionMemory } from './session-plan.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'find'>
  activity: Pick<ActivityStore, 'add'>
  now(): number
  log: Logger
}

const patienceMs = 10_000

/** Brings machines back that the cluster holds for lost although they are here. */
export function sessionKeeper({ agents, activity, now, log }: Deps) {
  let memory: SessionMemory = new Map()

  async function reopen({ id, name }: ObservedMachine, signal: AbortSignal) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    try {
      const answer = await agents.find(id)?.channel.call('reopenSession', {}, { signal: patience })
      if (!answer) return
      log.warn({ machine: name, ...answer }, 'machine_session_reopened')
      const detail = `${name} was here, and the cluster held it for lost`
      if (answer.cut > 0) await activity.add({ actor: 'berth', kind: 'machine_session_reopened', detail })
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, machine: name }, 'machine_session_not_reopened')
    }
  }

  return async (machines: readonly ObservedMachine[], signal: AbortSignal): Promise<void> => {
    const estranged = machines.filter(({ id, isReady }) => !isReady && agents.find(id) !== undefined)
    const plan = planSessions(memory, { estranged: estranged.map(({ id }) => id), nowMs: now() })
    memory = plan.memory
    await Promise.all(estranged.filter(({ id }) => plan.reopen.includes(id)).map((machine) => reopen(machine, signal)))
  }
}
