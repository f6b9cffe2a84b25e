import { anywhere, type MachineChoice, type ServicePlacement } from '@berth/contract'
import type { ClusterState, ObservedInstance, ObservedMachine } from '@berth/engine'
import type { CordonRow } from '../cordons/cordon-store.ts'
import { count } from '../deployments/deployment-plan.ts'
import { viewInstances } from '../instances/instance-view.ts'
import type { ReleaseService } from '../releases/release-store.ts'
import { reservationsOf, reservedResources } from '../reservations/reserved-resources.ts'
import { freeOn, needsOf } from './machine-fit.ts'
import { obstaclesOn } from './machine-obstacles.ts'
import { placementNotes } from './placement-notes.ts'

export type PlacedService = {
  service: ReleaseService
  releaseVersion: number
  /** Of the engine's service. */
  serviceName: string
  replicas: number
}

type Around = { state: ClusterState; cordons: readonly CordonRow[] }

/** Where the instances of a service are, and what the scheduler would make of each machine if it needed one more. */
export function explainService(placed: PlacedService, { state, cordons }: Around): ServicePlacement {
  const { service, releaseVersion, serviceName, replicas } = placed
  const own = state.instances.filter((instance) => instance.serviceName === serviceName)
  const machines = chooseAmong(service, own, { state, cordons })
  return {
    service: service.name,
    releaseVersion,
    replicas,
    placement: service.placement ?? anywhere,
    reservations: reservationsOf(service),
    instances: viewInstances(own, state.machines).map(({ id, machine, state, reason }) => ({
      ...{ id, machine, state, reason },
    })),
    machines,
    notes: placementNotes(service, machines, state.machines),
  }
}

function chooseAmong(
  service: ReleaseService,
  own: readonly ObservedInstance[],
  { state, cordons }: Around,
): MachineChoice[] {
  const needs = needsOf({ ...service, resources: reservedResources(service) })
  const seen = state.machines.map((machine) => {
    const reserved = state.reserved[machine.id]
    const cordon = cordons.find(({ machineId }) => machineId === machine.id)
    return {
      machine,
      obstacles: obstaclesOn(machine, { needs, reserved, cordon }),
      rank: rankOf(machine, own, { state, spread: service.placement?.spread ?? null }),
      free: freeOn(machine, reserved),
    }
  })
  const open = seen.filter(({ obstacles }) => obstacles.length === 0)
  const best = open.map(({ rank }) => rank).toSorted(compareRanks)[0]
  return seen
    .map(({ machine, obstacles, rank, free }): MachineChoice => {
      const isNext = best !== undefined && compareRanks(rank, best) === 0
      const isExcluded = obstacles.length > 0
      return {
        machine: machine.name,
        verdict: isExcluded ? 'excluded' : isNext ? 'next' : 'possible',
        reasons: isExcluded ? obstacles : [isNext || !best ? describeBest(rank) : describeBehind(rank, best)],
        instances: rank.own,
        freeCpuMillis: free.cpuMillis,
        freeMemoryBytes: free.memoryBytes,
      }
    })
    .toSorted((a, b) => (a.machine < b.machine ? -1 : 1))
}

/** What the scheduler goes by, in its order. It knows nothing of how busy a machine is. */
type Rank = {
  /** "zone=a", and the instances of the service on all machines with that value. */
  group: string | null
  inGroup: number
  own: number
  all: number
}

function rankOf(
  machine: ObservedMachine,
  own: readonly ObservedInstance[],
  { state, spread }: { state: ClusterState; spread: string | null },
): Rank {
  const isPlaced = ({ state, isWanted }: ObservedInstance) => isWanted && (state === 'starting' || state === 'running')
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

const compareRanks = (a: Rank, b: Rank) => a.inGroup - b.inGroup || a.own - b.own || a.all - b.all

function describeBest({ group, inGroup, own, all }: Rank): string {
  const here = `fewest instances: ${own} of the service, ${all} in all`
  return group === null
    ? `has the ${here}`
    : `${group} has fewest of the service (${inGroup}), and it has the ${here} there`
}

function describeBehind(rank: Rank, best: Rank): string {
  if (rank.inGroup > best.inGroup) {
    return `${rank.group} has ${count(rank.inGroup, 'instance')} of the service, ${best.group} has ${best.inGroup}`
  }
  if (rank.own > best.own) return `has ${count(rank.own, 'instance')} of the service, another machine has ${best.own}`
  return `has ${count(rank.all, 'instance')} in all, another machine has ${best.all}`
}
