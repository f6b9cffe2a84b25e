import type { ObservedMachine } from '@berth/engine'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import { planRegistrations, type RegistrationMemory } from './registration-plan.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'find'>
  activity: Pick<ActivityStore, 'add'>
  now(): number
  log: Logger
}

const patienceMs = 10_000

/** Brings machines back that the cluster holds for lost although they are here. */
export function registrationKeeper({ agents, activity, now, log }: Deps) {
  let memory: RegistrationMemory = new Map()

  async function register({ id, name }: ObservedMachine, signal: AbortSignal) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    try {
      const answer = await agents.find(id)?.channel.call('registerAnew', {}, { signal: patience })
      if (!answer) return
      const isDone = answer.cut > 0
      log.warn({ machine: name, ...answer }, isDone ? 'machine_registered_anew' : 'machine_not_registered_anew')
      const detail = `${name} was here, and the cluster held it for lost`
      if (isDone) await activity.add({ actor: 'berth', kind: 'machine_registered_anew', detail })
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, machine: name }, 'machine_not_registered_anew')
    }
  }

  return async (machines: readonly ObservedMachine[], signal: AbortSignal): Promise<void> => {
    const estranged = machines.filter(({ id, isReady }) => !isReady && agents.find(id) !== undefined)
    const plan = planRegistrations(memory, { estranged: estranged.map(({ id }) => id), nowMs: now() })
    memory = plan.memory
    await Promise.all(estranged.filter(({ id }) => plan.due.includes(id)).map((machine) => register(machine, signal)))
  }
}
