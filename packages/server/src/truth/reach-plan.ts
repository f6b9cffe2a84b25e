import type { UnreachableInstance } from '@berth/contract'

/** What one machine's edge cannot connect to. Only of edges that have heard where the instances are. */
export type EdgeReport = { machineId: string; unreachable: readonly UnreachableInstance[] }

export type LocatedInstance = {
  instanceId: string
  app: string
  /** Also the name of its backend. */
  serviceName: string
  address: string
  machineId: string
}

/** Between a machine and others, instances cannot be reached. */
export type NetworkFault = { machineId: string; peerIds: string[] }

/** An instance that some edges, or all, cannot connect to, and no fault of a whole machine explains it. */
export type LostInstance = { instance: LocatedInstance; isSeenByOthers: boolean }

export type ReachPicture = { faults: NetworkFault[]; lost: LostInstance[] }

type Pair = { from: string; to: string }

/** Tells the network of a machine from an instance of its own trouble. Pure. */
export function planReach(reports: readonly EdgeReport[], instances: readonly LocatedInstance[]): ReachPicture {
  const blind = new Map(
    reports.map(({ machineId, unreachable }) => [machineId, new Set(unreachable.filter(isSilent).map(keyOf))]),
  )
  const sees = (machineId: string, instance: LocatedInstance) => !blind.get(machineId)?.has(keyOf(instance))
  // Mostly none of either: each edge against each instance would be too many to look at.
  const viewers = [...blind].filter(([, keys]) => keys.size > 0).map(([machineId]) => machineId)
  const missed = new Set(viewers.flatMap((machineId) => [...(blind.get(machineId) ?? [])]))
  const doubtful = instances.filter((instance) => missed.has(keyOf(instance)))
  const pairs = pairsApart(viewers, doubtful, sees)
  const lost = doubtful.flatMap((instance): LostInstance[] => {
    const blindTo = viewers.filter((machineId) => !sees(machineId, instance))
    const isExplained = blindTo.every((from) =>
      pairs.some((pair) => pair.from === from && pair.to === instance.machineId),
    )
    return isExplained ? [] : [{ instance, isSeenByOthers: blindTo.length < blind.size }]
  })
  return { faults: faultsOf(pairs), lost }
}

/** One that refuses is reached, and its program is not ready: the edge's checks see to that. */
const isSilent = ({ isRefused }: UnreachableInstance) => !isRefused

const keyOf = (one: { address: string } & ({ backend: string } | { serviceName: string })) =>
  `${'backend' in one ? one.backend : one.serviceName} ${one.address}`

/**
 * From one to another, where at least two instances are not reached: a single one may have trouble of its own. Not all of
 * them: for half a minute after a network was away, engines reach what was there before and not what is new.
 */
function pairsApart(
  from: readonly string[],
  instances: readonly LocatedInstance[],
  sees: (machineId: string, instance: LocatedInstance) => boolean,
): Pair[] {
  const byMachine = Map.groupBy(instances, ({ machineId }) => machineId)
  return from.flatMap((viewer) =>
    [...byMachine]
      .filter(([to, there]) => to !== viewer && there.filter((instance) => !sees(viewer, instance)).length > 1)
      .map(([to]) => ({ from: viewer, to })),
  )
}

/** The machine with the most broken ties is named first, since those of the others are then explained. */
function faultsOf(pairs: readonly Pair[]): NetworkFault[] {
  const faults: NetworkFault[] = []
  let left = [...pairs]
  while (left.length > 0) {
    const [worst] = peersIn(left)
    if (!worst) break
    const [machineId, peers] = worst
    faults.push({ machineId, peerIds: [...peers].sort() })
    left = left.filter(({ from, to }) => from !== machineId && to !== machineId)
  }
  return faults
}

function peersIn(pairs: readonly Pair[]): [string, Set<string>][] {
  const peers = new Map<string, Set<string>>()
  const add = (machineId: string, peer: string) => peers.set(machineId, (peers.get(machineId) ?? new Set()).add(peer))
  for (const { from, to } of pairs) {
    add(from, to)
    add(to, from)
  }
  return [...peers].toSorted(([a, as], [b, bs]) => bs.size - as.size || (a < b ? -1 : 1))
}
