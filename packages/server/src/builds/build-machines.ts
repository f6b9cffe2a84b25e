import type { ClusterState } from '@berth/engine'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { BuildMachine } from './build-plan.ts'

/** The machines that take new work and whose agent is heard, with what is free on them at this moment. */
export function buildMachinesOf({ machines }: ClusterState, agents: Pick<AgentRegistry, 'find'>): BuildMachine[] {
  return machines.flatMap(({ id, name, isReady, isSchedulable, cpuMillis }) => {
    const agent = agents.find(id)
    const stats = agent?.lastHeartbeat?.stats
    if (!isReady || !isSchedulable || !stats) return []
    return {
      name,
      givesSecrets: agent?.builder === 'buildkit',
      freeCpuMillis: Math.round(cpuMillis * (1 - Math.min(stats.cpuRatio, 1))),
      freeMemoryBytes: stats.memoryTotalBytes - stats.memoryUsedBytes,
      freeDiskBytes: stats.diskTotalBytes - stats.diskUsedBytes,
    }
  })
}
