import { type HeldPart, parseHostPort } from '@berth/contract'
import { CordonLabel, MachineAvailability, type ObservedMachine } from '../engine.ts'
import { hasRole, labelName, machineLabelPrefix } from '../labels.ts'
import type { SwarmNode, SwarmTask } from './swarm-types.ts'

const nanoCpusPerMilli = 1_000_000
const heldParts: readonly HeldPart[] = ['server', 'registry']

/** `held`: the tasks of Berth's own parts. */
export function machineOf(node: SwarmNode, held: readonly SwarmTask[]): ObservedMachine {
  const { Resources, Engine, Hostname } = node.Description
  const openedFrom = openedFromOf(node)
  return {
    id: node.ID,
    name: Hostname ?? '',
    role: node.Spec.Role,
    isLeader: node.ManagerStatus?.Leader ?? false,
    isReady: node.Status.State === 'ready',
    isSchedulable: node.Spec.Availability === 'active' && openedFrom === null,
    availability: openedFrom ?? node.Spec.Availability,
    cordonLabel: cordonLabelOf(node),
    isOpened: openedFrom !== null,
    labels: machineLabelsOf(node),
    holds: heldParts.filter((part) => held.some((task) => hasRoleOf(task, part) && isBoundTo(task, node.ID))),
    version: node.Version.Index,
    address: addressOf(node),
    engineVersion: Engine?.EngineVersion ?? '',
    cpuMillis: Math.round((Resources?.NanoCPUs ?? 0) / nanoCpusPerMilli),
    memoryBytes: Resources?.MemoryBytes ?? 0,
  }
}

export const cordonLabelOf = ({ Spec }: SwarmNode): CordonLabel | null =>
  CordonLabel.safeParse(Spec.Labels?.[labelName.cordon]).data ?? null

/** What a machine that is open for a moment goes back to. Not that of one that somebody activated or paused past Berth. */
export const openedFromOf = (node: SwarmNode): MachineAvailability | null =>
  node.Spec.Availability === 'active' && cordonLabelOf(node) !== null
    ? (MachineAvailability.safeParse(node.Spec.Labels?.[labelName.opened]).data ?? null)
    : null

const machineLabelsOf = ({ Spec }: SwarmNode): Record<string, string> =>
  Object.fromEntries(
    Object.entries(Spec.Labels ?? {})
      .filter(([name]) => name.startsWith(machineLabelPrefix))
      .map(([name, value]) => [name.slice(machineLabelPrefix.length), value]),
  )

export const isHeldPart = (task: SwarmTask) => heldParts.some((part) => hasRoleOf(task, part))

const hasRoleOf = ({ Spec }: SwarmTask, part: HeldPart) => hasRole(Spec.ContainerSpec?.Labels, part)

/** By where it must run and not by where it runs: while the machine is down it runs nowhere. */
const isBoundTo = ({ Spec, DesiredState }: SwarmTask, nodeId: string) =>
  ['ready', 'running'].includes(DesiredState) &&
  (Spec.Placement?.Constraints ?? []).some((constraint) => constraint.replaceAll(' ', '') === `node.id==${nodeId}`)

/** A manager may give its own address as 0.0.0.0; the one it has among the managers is always real. */
function addressOf({ Status, ManagerStatus }: SwarmNode): string {
  if (Status.Addr && Status.Addr !== '0.0.0.0' && Status.Addr !== '127.0.0.1') return Status.Addr
  return ManagerStatus?.Addr ? hostOf(ManagerStatus.Addr) : (Status.Addr ?? '')
}

/** "10.0.0.5:2377" -> "10.0.0.5", "[fd00::5]:2377" -> "fd00::5". */
export const hostOf = (address: string): string => parseHostPort(address)?.host ?? address
