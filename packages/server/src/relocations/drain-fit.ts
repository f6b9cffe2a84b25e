import type { ClusterState, ObservedMachine } from '@berth/engine'
import { explainMisfit } from '../deployments/fit-plan.ts'
import { freeOn, missingLabels, needsOf, placesOn } from '../placement/machine-fit.ts'
import type { RelocationFacts, ServiceFacts } from './relocation-facts.ts'

type Reserved = ClusterState['reserved']

export const takesInstances = ({ isReady, isSchedulable }: ObservedMachine): boolean => isReady && isSchedulable

/** Whether a machine may get instances of a service, apart from room. */
export const mayRunOn = (machine: ObservedMachine, service: ServiceFacts): boolean =>
  takesInstances(machine) && missingLabels(machine, needsOf(service).on).length === 0

/** Whether there is room for one more instance. */
export const hasRoom = (machine: ObservedMachine, service: ServiceFacts, reserved: Reserved): boolean =>
  placesOn(freeOn(machine, reserved[machine.id]), needsOf(service)) >= 1

/** The reservations with one more instance of a service on a machine, or one less. */
export function reservedWith(reserved: Reserved, machineId: string, { resources }: ServiceFacts, sign = 1): Reserved {
  const before = reserved[machineId] ?? { cpuMillis: 0, memoryBytes: 0 }
  const after = {
    cpuMillis: before.cpuMillis + sign * (resources.reservedCpuMillis ?? 0),
    memoryBytes: before.memoryBytes + sign * (resources.reservedMemoryBytes ?? 0),
  }
  return { ...reserved, [machineId]: after }
}

/** Says in words why what runs on a machine does not fit on the others, or nothing if it does. */
export function explainCrowding(machineId: string, facts: RelocationFacts): string | undefined {
  const others = facts.machines.filter(({ id }) => id !== machineId)
  const leaving = facts.services.filter(({ places }) => (places[machineId] ?? 0) > 0).toSorted(byNeeds)
  let { reserved } = facts
  for (const service of leaving) {
    const candidates = others.filter((machine) => mayRunOn(machine, service))
    for (let left = service.places[machineId] ?? 0; left > 0; left -= 1) {
      const place = candidates.filter((machine) => hasRoom(machine, service, reserved)).toSorted(byRoom(reserved))[0]
      if (!place) {
        const why = explainMisfit({ ...service, replicas: left }, others, reserved)
        return `${service.app}: ${why ?? 'fits nowhere'}`
      }
      reserved = reservedWith(reserved, place.id, service)
    }
  }
  return undefined
}

/** The largest first, as they are the hardest to place. */
const byNeeds = (a: ServiceFacts, b: ServiceFacts) =>
  (b.resources.reservedMemoryBytes ?? 0) - (a.resources.reservedMemoryBytes ?? 0) ||
  (b.resources.reservedCpuMillis ?? 0) - (a.resources.reservedCpuMillis ?? 0)

function byRoom(reserved: Reserved) {
  const freeBytes = ({ id, memoryBytes }: ObservedMachine) => memoryBytes - (reserved[id]?.memoryBytes ?? 0)
  return (a: ObservedMachine, b: ObservedMachine) => freeBytes(b) - freeBytes(a)
}
