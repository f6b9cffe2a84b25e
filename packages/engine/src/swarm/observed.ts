import type { InstanceState } from '@berth/contract'
import type { ClusterState, ObservedInstance, ObservedService } from '../engine.ts'
import { hasRole, type Labels, labelName } from '../labels.ts'
import { avoidsOf } from './avoided-machines.ts'
import { isHeldPart, machineOf } from './observed-machine.ts'
import type { SwarmNode, SwarmService, SwarmServiceSpec, SwarmTask } from './swarm-types.ts'

const nanoCpusPerMilli = 1_000_000
const notStarted = ['new', 'pending']
const starting = ['assigned', 'accepted', 'preparing', 'ready', 'starting']
const failed = ['failed', 'rejected', 'orphaned']
const wanted = ['ready', 'running']

/** What the engine says, in our words; `services` and `tasks` may contain what is not ours. */
export function clusterStateOf(seen: {
  services: readonly SwarmService[]
  tasks: readonly SwarmTask[]
  nodes: readonly SwarmNode[]
}): ClusterState {
  // Picked out once: there may be thousands of tasks for hundreds of nodes.
  const held = seen.tasks.filter(isHeldPart)
  const downNodes = new Set(seen.nodes.filter(({ Status }) => Status.State === 'down').map(({ ID }) => ID))
  return {
    services: seen.services.filter(({ Spec }) => hasRole(Spec?.Labels, 'app')).map(serviceOf),
    instances: seen.tasks
      .filter(({ Spec }) => hasRole(Spec.ContainerSpec?.Labels, 'app'))
      .map((task) => instanceOf(task, downNodes.has(task.NodeID ?? ''))),
    machines: seen.nodes.filter(isDescribed).map((node) => machineOf(node, held)),
    reserved: reservedOf(seen.tasks),
  }
}

/** In the moments between joining and its first word a node has neither name nor size. */
const isDescribed = ({ Description }: SwarmNode) => Boolean(Description.Hostname)

function serviceOf({ Spec, Version }: SwarmService): ObservedService {
  const labels = Spec?.Labels ?? {}
  return {
    name: Spec?.Name ?? '',
    ...ownerOf(labels),
    specHash: labels[labelName.spec] ?? '',
    replicas: Spec?.Mode?.Replicated?.Replicas ?? 0,
    avoids: avoidsOf((Spec as SwarmServiceSpec | undefined)?.TaskTemplate?.Placement),
    version: Version?.Index ?? 0,
  }
}

const ownerOf = (labels: Labels) => ({
  app: labels[labelName.app] ?? '',
  service: labels[labelName.service] ?? '',
  deploymentId: labels[labelName.deployment] ?? '',
  releaseVersion: Number.parseInt(labels[labelName.release] ?? '0', 10) || 0,
})

function instanceOf(task: SwarmTask, isCutOff: boolean): ObservedInstance {
  const { ContainerSpec } = task.Spec
  const labels = ContainerSpec?.Labels ?? {}
  const state = stateOf(task, isCutOff)
  return {
    id: task.ID,
    serviceName: labels[labelName.serviceName] ?? '',
    ...ownerOf(labels),
    slot: task.Slot ?? 0,
    machineId: task.NodeID || null,
    state,
    isWanted: wanted.includes(task.DesiredState),
    message: task.Status.Err || (isCutOff && state === 'failed' ? 'The machine does not answer' : null),
    exitCode: state === 'complete' || state === 'failed' ? exitCodeOf(task.Status) : null,
    image: ContainerSpec?.Image ?? '',
    addresses: addressesOf(task),
    createdAt: toIso(task.CreatedAt),
    since: toIso(task.Status.Timestamp),
  }
}

/** As the engine writes them: "10.0.1.5/24". */
const addressesOf = ({ NetworksAttachments }: SwarmTask): ObservedInstance['addresses'] =>
  (NetworksAttachments ?? []).flatMap(({ Network, Addresses }) => {
    const [ip] = (Addresses?.[0] ?? '').split('/')
    return ip ? [{ network: Network?.Spec?.Name ?? '', ip }] : []
  })

/** Null if it never ran, for which the engine says 0, or a code of its own making. */
function exitCodeOf({ ContainerStatus, Err = '' }: SwarmTask['Status']): number | null {
  if (!ContainerStatus?.ContainerID || /^starting container failed/.test(Err)) return null
  return ContainerStatus.ExitCode ?? null
}

function stateOf({ Status: { State }, DesiredState }: SwarmTask, isCutOff: boolean): InstanceState {
  if (failed.includes(State)) return 'failed'
  if (!notStarted.includes(State) && !starting.includes(State) && State !== 'running') return 'complete'
  if (wanted.includes(DesiredState)) {
    if (notStarted.includes(State)) return 'pending'
    return State === 'running' ? 'running' : 'starting'
  }
  // Never placed and never will be: the engine leaves its state as it is.
  if (notStarted.includes(State)) return 'complete'
  // It was replaced, and its machine will not tell how it went: whoever waits for it to stop would wait for ever.
  return isCutOff ? 'failed' : 'stopping'
}

/** As the scheduler counts: from when it is placed until it has ended. */
function reservedOf(tasks: readonly SwarmTask[]): ClusterState['reserved'] {
  const reserved: ClusterState['reserved'] = {}
  for (const { NodeID, Status, Spec } of tasks) {
    if (!NodeID || !(starting.includes(Status.State) || Status.State === 'running')) continue
    const { NanoCPUs = 0, MemoryBytes = 0 } = Spec.Resources?.Reservations ?? {}
    const before = reserved[NodeID] ?? { cpuMillis: 0, memoryBytes: 0 }
    reserved[NodeID] = {
      cpuMillis: before.cpuMillis + Math.round(NanoCPUs / nanoCpusPerMilli),
      memoryBytes: before.memoryBytes + MemoryBytes,
    }
  }
  return reserved
}

const toIso = (timestamp: string) => new Date(timestamp).toISOString()
