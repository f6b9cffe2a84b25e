import { type LogLine, PlatformError } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import type { AgentRegistry } from '../agents/agent-registry.ts'

/** An instance whose log can be asked for: one of the app that the caller may see, never an id that they sent. */
export type LogSource = {
  instanceId: string
  service: string
  machineId: string
  machine: string
  /** It will write no more. */
  isOver: boolean
}

/** Instances that were never placed have written nothing. */
export function logSources({ instances, machines }: ClusterState, app: string): LogSource[] {
  const names = new Map(machines.map(({ id, name }) => [id, name]))
  return instances.flatMap(({ id, app: owner, service, machineId, state }) =>
    owner === app && machineId !== null
      ? [
          {
            instanceId: id,
            service,
            machineId,
            machine: names.get(machineId) ?? machineId,
            isOver: state === 'complete' || state === 'failed',
          },
        ]
      : [],
  )
}

export type LogRequest = { tail: number; follow: boolean; signal: AbortSignal }

/** Hands over the lines of one instance as its machine has them. Throws `engine_unavailable` without its agent. */
export async function readLog(
  { instanceId, service, machineId, machine }: LogSource,
  { tail, follow, signal }: LogRequest,
  { agents, onLine }: { agents: Pick<AgentRegistry, 'find'>; onLine(line: LogLine): void },
): Promise<void> {
  const agent = agents.find(machineId)
  if (!agent) throw new PlatformError('engine_unavailable', `the agent of machine ${machine} is not connected`)
  await agent.channel.call(
    'followLogs',
    { instanceId, tail, follow },
    { signal, onEvent: (event) => onLine({ instanceId, service, machine, ...event }) },
  )
}

/** Says in the log itself what is missing from it, rather than to leave it out in silence. */
export const remark = (
  { instanceId, service, machine }: Omit<LogSource, 'machineId' | 'isOver'>,
  at: Date,
  text: string,
) =>
  ({ instanceId, service, machine, stream: 'berth', at: at.toISOString(), text: `[berth] ${text}` }) satisfies LogLine
