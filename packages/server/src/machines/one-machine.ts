import type { Machine } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import { machineNotFound } from './machine-api.ts'
import type { MachineReader } from './machine-reader.ts'

/** Throws `machine_not_found`. */
export function getMachineOf({ machines }: ClusterState, name: string): ObservedMachine {
  const found = machines.find((machine) => machine.name === name)
  if (!found) throw machineNotFound(name)
  return found
}

/** As callers see it. Throws `machine_not_found`. */
export async function viewOne(name: string, machines: MachineReader, state: ClusterState): Promise<Machine> {
  const found = (await machines.view(state)).find((machine) => machine.name === name)
  if (!found) throw machineNotFound(name)
  return found
}
