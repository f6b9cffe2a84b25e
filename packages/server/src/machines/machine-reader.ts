import type { Machine } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import { listMachinesOf, type MachineFacts, type MachineRecord } from './machine-list.ts'

/** All that is known of the machines of a picture. */
export interface MachineReader {
  /** By name. */
  view(state: ClusterState): Promise<Machine[]>
}

type Deps = Omit<MachineFacts, 'records'> & {
  identities: { records(): Promise<ReadonlyMap<string, MachineRecord>> }
}

export const machineReader = ({ agents, drainOf, identities }: Deps): MachineReader => ({
  view: async (state) => listMachinesOf(state, { agents, drainOf, records: await identities.records() }),
})
