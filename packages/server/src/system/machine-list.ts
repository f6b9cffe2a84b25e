import type { Machine } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import type { AgentRegistry } from '../agents/agent-registry.ts'

type Seen = Pick<AgentRegistry, 'find' | 'lastSeenAtMs'>

/** What the engine knows of each machine together with what its agent tells. By name. */
export function listMachinesOf({ machines, instances }: ClusterState, agents: Seen): Machine[] {
  const running = new Map<string | null, number>()
  for (const { machineId, state } of instances) {
    if (state === 'running' || state === 'starting') running.set(machineId, (running.get(machineId) ?? 0) + 1)
  }
  return machines
    .map((machine) => viewMachine(machine, running.get(machine.id) ?? 0, agents))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function viewMachine(machine: ObservedMachine, instances: number, agents: Seen): Machine {
  const { id, name, role, isLeader, isReady, address, engineVersion, cpuMillis } = machine
  const agent = agents.find(id)
  const seenAtMs = agents.lastSeenAtMs(id)
  return {
    id,
    name,
    role,
    isLeader,
    state: !isReady ? 'down' : agent ? 'ready' : 'agent_missing',
    address,
    engineVersion,
    instances,
    cpuMillis,
    stats: agent?.lastHeartbeat?.stats ?? null,
    lastSeenAt: seenAtMs === undefined ? null : new Date(seenAtMs).toISOString(),
  }
}
