import type { Machine } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import type { AgentRegistry } from '../agents/agent-registry.ts'

/** How far a machine is that is being emptied; undefined for one that nobody empties. */
export type DrainOf = (machineId: string) => 'draining' | 'drained' | undefined

/** What is known of the certificate that a machine shows. */
export type MachineRecord = { addedAtMs: number; certificateEndsAtMs: number | null }

export type MachineFacts = {
  agents: Pick<AgentRegistry, 'find' | 'lastSeenAtMs'>
  drainOf: DrainOf
  /** By machine id. */
  records: ReadonlyMap<string, MachineRecord>
}

/** What the engine knows of each machine together with what its agent tells. By name. */
export function listMachinesOf(state: ClusterState, facts: MachineFacts): Machine[] {
  const running = new Map<string | null, number>()
  for (const instance of state.instances) {
    if (instance.state !== 'running' && instance.state !== 'starting') continue
    running.set(instance.machineId, (running.get(instance.machineId) ?? 0) + 1)
  }
  return state.machines
    .map((machine) => viewMachine(machine, { state, facts, instances: running.get(machine.id) ?? 0 }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

type Around = { state: ClusterState; facts: MachineFacts; instances: number }

function viewMachine(machine: ObservedMachine, { state, facts, instances }: Around): Machine {
  const { id, name, role, isLeader, address, engineVersion, cpuMillis, memoryBytes, labels, holds } = machine
  const agent = facts.agents.find(id)
  const record = facts.records.get(id)
  return {
    ...{ id, name, role, isLeader, address, engineVersion, instances, cpuMillis, memoryBytes, labels, holds },
    state: !machine.isReady ? 'down' : agent ? 'ready' : 'agent_missing',
    ...availabilityOf(machine, facts.drainOf(id) ?? (instances > 0 ? 'draining' : 'drained')),
    reserved: state.reserved[id] ?? { cpuMillis: 0, memoryBytes: 0 },
    stats: agent?.lastHeartbeat?.stats ?? null,
    lastSeenAt: toIso(facts.agents.lastSeenAtMs(id)),
    certificateEndsAt: toIso(record?.certificateEndsAtMs),
    addedAt: toIso(record?.addedAtMs),
  }
}

function availabilityOf(
  { availability, cordonLabel }: ObservedMachine,
  drain: 'draining' | 'drained',
): Pick<Machine, 'availability' | 'cordonReason'> {
  if (availability === 'active') return { availability: 'active', cordonReason: null }
  if (availability === 'drain' || cordonLabel === 'drain') return { availability: drain, cordonReason: null }
  return { availability: 'cordoned', cordonReason: cordonLabel }
}

const toIso = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : new Date(ms).toISOString())
