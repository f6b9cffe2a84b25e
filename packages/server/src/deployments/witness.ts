import type { ObservedInstance } from '@berth/engine'
import type { Logger } from 'pino'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { ProbeResult } from './deployment-plan.ts'
import type { Diagnosis } from './failure-words.ts'

/** What only the machines themselves can say. An agent that does not answer in time leaves a gap, not an error. */
export interface Witness {
  /** Fresh for instances that run; remembered for those that have ended. */
  diagnose(instances: readonly ObservedInstance[], signal: AbortSignal): Promise<ReadonlyMap<string, Diagnosis>>
  /** The last lines that an instance wrote, oldest first. */
  lastLogLines(instance: ObservedInstance, signal: AbortSignal): Promise<string[]>
  /** One request through every edge. */
  probe(request: { host: string; path: string }, signal: AbortSignal): Promise<ProbeResult[]>
}

const patienceMs = 3_000
const logLinesKept = 20

export function createWitness({ agents, log }: { agents: AgentRegistry; log: Logger }): Witness {
  const ended = new Map<string, Diagnosis>()

  async function ask<Answer>(question: string, work: (signal: AbortSignal) => Promise<Answer>, signal: AbortSignal) {
    try {
      return await work(AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
    } catch (error) {
      signal.throwIfAborted()
      log.debug({ err: error }, `${question}_unanswered`)
      return undefined
    }
  }

  async function diagnoseOne({ id, machineId, state }: ObservedInstance, signal: AbortSignal) {
    const remembered = ended.get(id)
    const agent = machineId === null ? undefined : agents.find(machineId)
    if (remembered || !agent) return [id, remembered] as const
    const diagnosis = await ask(
      'diagnosis',
      (patience) => agent.channel.call('describeInstance', { instanceId: id }, { signal: patience }),
      signal,
    )
    if (diagnosis && state !== 'running') ended.set(id, diagnosis)
    return [id, diagnosis] as const
  }

  async function diagnose(instances: readonly ObservedInstance[], signal: AbortSignal) {
    const answers = await Promise.all(instances.map((instance) => diagnoseOne(instance, signal)))
    return new Map(answers.flatMap(([id, diagnosis]) => (diagnosis ? [[id, diagnosis] as const] : [])))
  }

  async function lastLogLines({ id, machineId }: ObservedInstance, signal: AbortSignal) {
    const agent = machineId === null ? undefined : agents.find(machineId)
    const lines: string[] = []
    if (!agent) return lines
    const request = { instanceId: id, tail: logLinesKept, follow: false }
    await ask(
      'last_log_lines',
      (patience) =>
        agent.channel.call('followLogs', request, { signal: patience, onEvent: ({ text }) => lines.push(text) }),
      signal,
    )
    return lines.slice(-logLinesKept)
  }

  async function probe(request: { host: string; path: string }, signal: AbortSignal) {
    return Promise.all(
      agents.list().map(async (agent): Promise<ProbeResult> => {
        const answer = await ask(
          'probe',
          (patience) => agent.channel.call('probeRoute', request, { signal: patience }),
          signal,
        )
        return { machine: agent.name, backend: answer?.backend ?? null }
      }),
    )
  }

  return { diagnose, lastLogLines, probe }
}
