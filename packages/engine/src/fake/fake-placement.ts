import type { InstanceState } from '@berth/contract'
import type { ClusterState, DesiredService, ObservedMachine } from '../engine.ts'
import type { FakeInstance } from './fake-world.ts'

const onMachine: readonly InstanceState[] = ['starting', 'running', 'stopping']

/** With fewest instances among those with enough left, as the real scheduler chooses. */
export function chooseMachine(
  machines: readonly ObservedMachine[],
  instances: readonly FakeInstance[],
  { resources }: DesiredService,
): ObservedMachine | undefined {
  const reserved = reservedIn(instances)
  const fits = machines.filter((machine) => {
    const used = reserved[machine.id] ?? { cpuMillis: 0, memoryBytes: 0 }
    return (
      machine.isReady &&
      machine.isSchedulable &&
      used.cpuMillis + (resources.reservedCpuMillis ?? 0) <= machine.cpuMillis &&
      used.memoryBytes + (resources.reservedMemoryBytes ?? 0) <= machine.memoryBytes
    )
  })
  const countOn = (id: string) =>
    instances.filter((one) => one.machineId === id && onMachine.includes(one.state)).length
  return fits.sort((a, b) => countOn(a.id) - countOn(b.id))[0]
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
