import { anywhere, type MachineChoice, type ServicePlacement } from '@berth/contract'
import type { ClusterState, ObservedInstance } from '@berth/engine'
import type { CordonRow } from '../cordons/cordon-store.ts'
import { viewInstances } from '../instances/instance-view.ts'
import type { ReleaseService } from '../releases/release-store.ts'
import { reservationsOf, reservedResources } from '../reservations/reserved-resources.ts'
import { freeOn, needsOf } from './machine-fit.ts'
import { obstaclesOn } from './machine-obstacles.ts'
import { compareRanks, describeBehind, describeBest, type Rank, rankOf } from './machine-rank.ts'
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
  const spread = service.placement?.spread ?? null
  const seen = state.machines.map((machine) => {
    const reserved = state.reserved[machine.id]
    const cordon = cordons.find(({ machineId }) => machineId === machine.id)
    return {
      machine,
      obstacles: obstaclesOn(machine, { needs, reserved, cordon }),
      rank: rankOf(machine, own, { state, spread }),
      free: freeOn(machine, reserved),
    }
  })
  const open = seen.filter(({ obstacles }) => obstacles.length === 0)
  const best = open.map(({ rank }) => rank).toSorted(compareRanks)[0]
  return seen
    .map(({ machine, obstacles, rank, free }): MachineChoice => {
      const shown = { machine: machine.name, instances: rank.own }
      const left = { freeCpuMillis: free.cpuMillis, freeMemoryBytes: free.memoryBytes }
      return { ...shown, ...judge(obstacles, rank, best), ...left }
    })
    .toSorted((a, b) => (a.machine < b.machine ? -1 : 1))
}

function judge(
  obstacles: readonly string[],
  rank: Rank,
  best: Rank | undefined,
): Pick<MachineChoice, 'verdict' | 'reasons'> {
  if (obstacles.length > 0 || !best) return { verdict: 'excluded', reasons: [...obstacles] }
  if (compareRanks(rank, best) === 0) return { verdict: 'next', reasons: [describeBest(rank)] }
  return { verdict: 'possible', reasons: [describeBehind(rank, best)] }
}
