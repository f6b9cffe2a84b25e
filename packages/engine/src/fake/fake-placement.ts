import type { InstanceState } from '@berth/contract'
import type { ClusterState, DesiredService, ObservedMachine } from '../engine.ts'
import type { FakeInstance } from './fake-instance.ts'

const onMachine: readonly InstanceState[] = ['starting', 'running', 'stopping']

/**
 * Among those with the labels and enough left, as the real scheduler chooses: where the label that is spread over has the
 * value with fewest instances of the service, then with fewest of the service, then with fewest.
 */
export function chooseMachine(
  machines: readonly ObservedMachine[],
  instances: readonly FakeInstance[],
  { name, resources, placement, avoids }: DesiredService,
): ObservedMachine | undefined {
  const reserved = reservedIn(instances)
  const fits = machines.filter((machine) => {
    const used = reserved[machine.id] ?? { cpuMillis: 0, memoryBytes: 0 }
    return (
      machine.isReady &&
      (machine.isSchedulable || machine.isOpened) &&
      hasLabels(machine, placement) &&
      !avoids.includes(machine.id) &&
      used.cpuMillis + (resources.reservedCpuMillis ?? 0) <= machine.cpuMillis &&
      used.memoryBytes + (resources.reservedMemoryBytes ?? 0) <= machine.memoryBytes
    )
  })
  const placed = instances.filter((one) => onMachine.includes(one.state))
  const spread = placement?.spread ?? null
  const groupOf = (id: string | null) =>
    spread === null ? '' : (machines.find((machine) => machine.id === id)?.labels[spread] ?? '')
  const rankOf = ({ id }: ObservedMachine) => {
    const own = placed.filter(({ desired, isWanted }) => desired.name === name && isWanted)
    const alike = spread === null ? 0 : own.filter(({ machineId }) => groupOf(machineId) === groupOf(id)).length
    const here = (list: readonly FakeInstance[]) => list.filter(({ machineId }) => machineId === id).length
    return [alike, here(own), here(placed)] as const
  }
  const ranked = fits.map((machine) => ({ machine, rank: rankOf(machine) }))
  return ranked.toSorted((a, b) => compare(a.rank, b.rank))[0]?.machine
}

/** In the engine's words. */
export function whyNowhere(machines: readonly ObservedMachine[], { placement }: DesiredService): string {
  const [count, nodes] = [machines.length, machines.length === 1 ? 'node' : 'nodes']
  return machines.some((machine) => hasLabels(machine, placement))
    ? `no suitable node (insufficient resources on ${count} ${nodes})`
    : `no suitable node (scheduling constraints not satisfied on ${count} ${nodes})`
}

const hasLabels = ({ labels }: ObservedMachine, placement: DesiredService['placement']) =>
  Object.entries(placement?.on ?? {}).every(([label, value]) => labels[label] === value)

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, i) => part !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

export function reservedIn(instances: readonly FakeInstance[]): ClusterState['reserved'] {
  const reserved: ClusterState['reserved'] = {}
  for (const { machineId, state, desired } of instances) {
    if (!machineId || !onMachine.includes(state)) continue
    const before = reserved[machineId] ?? { cpuMillis: 0, memoryBytes: 0 }
    reserved[machineId] = {
      cpuMillis: before.cpuMillis + (desired.resources.reservedCpuMillis ?? 0),
      memoryBytes: before.memoryBytes + (desired.resources.reservedMemoryBytes ?? 0),
    }
  }
  return reserved
}
