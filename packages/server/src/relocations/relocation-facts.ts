import type { Placement, Resources } from '@berth/contract'
import type { ClusterState, ObservedInstance, ObservedMachine } from '@berth/engine'
import { isActive } from '../deployments/deployment-progress.ts'
import { backendAcross, type EdgeView } from '../routes/edges.ts'
import { desiredServices, serviceNameOf } from '../services/desired-services.ts'
import { type LiveDeployment, liveDeployments, type Wanted } from '../services/live-deployments.ts'

/** One service that the database wants, and where it runs. */
export interface ServiceFacts {
  readonly app: string
  readonly service: string
  readonly serviceName: string
  /** As its app wants it, without what a relocation adds. */
  readonly replicas: number
  readonly resources: Resources
  /** Absent for anywhere. */
  readonly placement?: Placement | undefined
  /** A deployment of its app is under way. */
  readonly isDeploying: boolean
  /** Instances that take requests as every edge sees it, or that run where there is no port. */
  readonly up: number
  /** Why that cannot be told now. */
  readonly edgeTrouble: string | null
  /** Those that are meant to run, placed or not. */
  readonly wanted: number
  /** The engine's words about one that it cannot place, and how many those are. */
  readonly unplaced: { words: string; count: number } | null
  /** Wanted instances by machine id. */
  readonly places: Readonly<Record<string, number>>
  /** Those that still stop, by machine id. */
  readonly stopping: Readonly<Record<string, number>>
}

export interface RelocationFacts {
  readonly nowMs: number
  readonly machines: readonly ObservedMachine[]
  readonly reserved: ClusterState['reserved']
  readonly services: readonly ServiceFacts[]
}

type Seen = { wanted: Wanted; state: ClusterState; edges: readonly EdgeView[]; nowMs: number }

/** Everything that relocations are decided by, as it is now. */
export function relocationFacts({ wanted, state, edges, nowMs }: Seen): RelocationFacts {
  const { machines, reserved } = state
  const live = liveDeployments(wanted)
  const deploying = new Set(wanted.deployments.filter(isActive).map(({ app }) => app))
  const withPort = new Set(live.flatMap(namesWithPort))
  const instancesOf = Map.groupBy(state.instances, ({ serviceName }) => serviceName)
  const edgeTrouble = edgeTroubleOf(edges)
  const services = desiredServices(live).map(({ app, service, name, replicas, resources, placement }): ServiceFacts => {
    const own = instancesOf.get(name) ?? []
    const hasPort = withPort.has(name)
    return {
      ...{ app, service, serviceName: name, replicas, resources, placement },
      isDeploying: deploying.has(app),
      up: hasPort ? (backendAcross(edges, name)?.up ?? 0) : own.filter(isUp).length,
      edgeTrouble: hasPort ? edgeTrouble : null,
      wanted: own.filter(isWanted).length,
      unplaced: unplacedOf(own),
      places: countByMachine(own.filter(isWanted)),
      stopping: countByMachine(own.filter((instance) => instance.state === 'stopping')),
    }
  })
  return { nowMs, machines, reserved, services }
}

const namesWithPort = ({ deployment, release }: LiveDeployment) =>
  release.services.flatMap(({ name, port }) => (port === undefined ? [] : [serviceNameOf(deployment, name)]))

const onTheWay: readonly ObservedInstance['state'][] = ['pending', 'starting', 'running']

const isWanted = (instance: ObservedInstance) => instance.isWanted && onTheWay.includes(instance.state)
const isUp = (instance: ObservedInstance) => instance.isWanted && instance.state === 'running'

function unplacedOf(instances: readonly ObservedInstance[]): ServiceFacts['unplaced'] {
  const waiting = instances.filter(({ isWanted, state, message }) => isWanted && state === 'pending' && message)
  const words = waiting[0]?.message
  return words ? { words, count: waiting.length } : null
}

function edgeTroubleOf(edges: readonly EdgeView[]): string | null {
  if (edges.length === 0) return 'no edge is connected'
  const behind = edges.find(({ isCurrent }) => !isCurrent)
  return behind ? `the edge on ${behind.machine} has not taken the newest routes yet` : null
}

function countByMachine(instances: readonly ObservedInstance[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { machineId } of instances) if (machineId !== null) counts[machineId] = (counts[machineId] ?? 0) + 1
  return counts
}
