import { PlatformError, type RepositoryAnswer, type RepositoryTrial } from '@berth/contract'
import type { AgentRegistry } from '../agents/agent-registry.ts'

/** Has a machine ask a repository what it has, as a build there would. */
export type AskRepository = (trial: RepositoryTrial, signal: AbortSignal) => Promise<RepositoryAnswer>

export const repositoryTrial =
  (agents: Pick<AgentRegistry, 'list'>): AskRepository =>
  (trial, signal) => {
    const [agent] = agents.list()
    if (agent) return agent.channel.call('tryRepository', trial, { signal })
    throw new PlatformError('engine_unavailable', 'No machine is connected that could ask the repository', {
      hint: 'See berth machines',
    })
  }
