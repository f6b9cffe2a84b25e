import type { ClusterState, ObservedInstance } from '@berth/engine'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import { freeOn, missingLabels, type Needs, placesOn } from '../placement/machine-fit.ts'
import { type MachineMemory, remember, unseen } from './pressure-memory.ts'
import type { PressureMachine } from './pressure-plan.ts'

/** Older than this, a machine's figures tell nothing of now. */
const freshMs = 5_000
const newcomerMs = 60_000
const waitedMs = 10_000

type Look = {
  state: ClusterState
  agents: Pick<AgentRegistry, 'find'>
  nowMs: number
}

/** What is remembered of each machine of the cluster, by id, after one more look. */
export function rememberAll(
  before: ReadonlyMap<string, MachineMemory>,
  { state, agents, nowMs }: Look,
): Map<string, MachineMemory> {
  const newcomers = Map.groupBy(
    state.instances.filter((instance) => isNewcomer(instance, nowMs)),
    ({ machineId }) => machineId,
  )
  return new Map(
    state.machines.map((machine) => {
      const agent = agents.find(machine.id)
      const isFresh = agent !== undefined && nowMs - agent.lastSeenAtMs < freshMs
      const sample = {
        nowMs,
        stats: isFresh ? (agent.lastHeartbeat?.stats ?? null) : null,
        cpuMillis: machine.cpuMillis,
        newcomers: newcomers.get(machine.id)?.length ?? 0,
      }
      return [machine.id, remember(before.get(machine.id) ?? unseen, sample)]
    }),
  )
}

const isNewcomer = ({ isWanted, createdAt }: ObservedInstance, nowMs: number) =>
  isWanted && nowMs - Date.parse(createdAt) < newcomerMs

export function pressureMachines(
  { machines }: Pick<ClusterState, 'machines'>,
  memories: ReadonlyMap<string, MachineMemory>,
  { nowMs, isSpared }: { nowMs: number; isSpared(machineId: string): boolean },
): PressureMachine[] {
  const agoMs = (sinceMs: number | null | undefined) =>
    sinceMs === null || sinceMs === undefined ? 0 : nowMs - sinceMs
  return machines.map((machine) => {
    const memory = memories.get(machine.id)
    return {
      ...machine,
      worst: memory?.worst ?? null,
      pressedMs: agoMs(memory?.pressedSinceMs),
      calmMs: agoMs(memory?.calmSinceMs),
      isSpared: isSpared(machine.id),
    }
  })
}

/** Instances that have waited for a while, and which a machine that takes no instances may be the reason for. */
export const longWaiting = ({ instances }: Pick<ClusterState, 'instances'>, nowMs: number): ObservedInstance[] =>
  instances.filter(
    ({ state, isWanted, message, createdAt }) =>
      isWanted &&
      state === 'pending' &&
      /not available/.test(message ?? '') &&
      nowMs - Date.parse(createdAt) > waitedMs,
  )

/** Ids of the machines cordoned for pressure that could take one instance. */
export const releasableFor = ({ machines, reserved }: ClusterState, needs: Needs): string[] =>
  machines
    .filter(({ isReady, cordonLabel }) => isReady && cordonLabel === 'pressure')
    .filter((machine) => missingLabels(machine, needs.on).length === 0)
    .filter((machine) => placesOn(freeOn(machine, reserved[machine.id]), needs) >= 1)
    .map(({ id }) => id)
