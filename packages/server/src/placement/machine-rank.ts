import type { ClusterState, ObservedInstance, ObservedMachine } from '@berth/engine'
import { count } from '../deployments/deployment-plan.ts'

/** What the scheduler goes by, in its order. It knows nothing of how busy a machine is. */
export type Rank = {
  /** "zone=a", and the instances of the service on all machines with that value. */
  group: string | null
  inGroup: number
  own: number
  all: number
}

export function rankOf(
  machine: ObservedMachine,
  own: readonly ObservedInstance[],
  { state, spread }: { state: ClusterState; spread: string | null },
): Rank {
  const placed = own.filter(isPlaced)
  const groupOf = new Map(state.machines.map(({ id, labels }) => [id, spread === null ? '' : (labels[spread] ?? '')]))
  const value = groupOf.get(machine.id) ?? ''
  return {
    group: spread === null ? null : value === '' ? `no ${spread}` : `${spread}=${value}`,
    inGroup: spread === null ? 0 : placed.filter(({ machineId }) => groupOf.get(machineId ?? '') === value).length,
    own: placed.filter(({ machineId }) => machineId === machine.id).length,
    all: state.instances.filter((instance) => isPlaced(instance) && instance.machineId === machine.id).length,
  }
}

/** The first is chosen. */
export const compareRanks = (a: Rank, b: Rank) => a.inGroup - b.inGroup || a.own - b.own || a.all - b.all

export function describeBest({ group, inGroup, own, all }: Rank): string {
  const here = `fewest instances: ${own} of the service, ${all} in all`
  return group === null
    ? `has the ${here}`
    : `${group} has fewest of the service (${inGroup}), and it has the ${here} there`
}

/** Why another one comes first. */
export function describeBehind(rank: Rank, best: Rank): string {
  if (rank.inGroup > best.inGroup) {
    return `${rank.group} has ${count(rank.inGroup, 'instance')} of the service, ${best.group} has ${best.inGroup}`
  }
  if (rank.own > best.own) return `has ${count(rank.own, 'instance')} of the service, another machine has ${best.own}`
  return `has ${count(rank.all, 'instance')} in all, another machine has ${best.all}`
}

const isPlaced = ({ state, isWanted }: ObservedInstance) => isWanted && (state === 'starting' || state === 'running')
