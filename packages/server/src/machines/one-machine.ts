import type { Machine } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import { machineNotFound } from './machine-not-found.ts'
import type { MachineReader } from './machine-reader.ts'

/** Of two of the same name, as after one was set up anew, the one that answers. Throws `machine_not_found`. */
export function getMachineOf({ machines }: ClusterState, name: string): ObservedMachine {
  const named = machines.filter((machine) => machine.name === name)
  return named.find(({ isReady }) => isReady) ?? named[0] ?? machineNotFound(name)
}

/** As callers see it. Throws `machine_not_found`. */
export async function viewOne(name: string, machines: MachineReader, state: ClusterState): Promise<Machine> {
  const { id } = getMachineOf(state, name)
  return (await machines.view(state)).find((machine) => machine.id === id) ?? machineNotFound(name)
}
