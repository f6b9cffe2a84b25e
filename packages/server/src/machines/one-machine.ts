import type { Machine } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import { observedOf } from './machine-api.ts'
import { machineNotFound } from './machine-not-found.ts'
import type { MachineReader } from './machine-reader.ts'

/** As callers see it. Throws `machine_not_found`. */
export async function viewOne(name: string, machines: MachineReader, state: ClusterState): Promise<Machine> {
  const { id } = observedOf(state, name)
  return (await machines.view(state)).find((machine) => machine.id === id) ?? machineNotFound(name)
}
