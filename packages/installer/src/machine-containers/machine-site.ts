import { join } from 'node:path'
import { roleLabel } from '../names.ts'

/** Where machines in containers live. Those of a person and those of a test have sites of their own and never meet. */
export type MachineSite = {
  network: string
  networkLabels: Readonly<Record<string, string>>
  /** Candidates for the first three numbers of the addresses; the first that nothing else here uses is taken. */
  prefixes: readonly string[]
  /** On the containers and their volumes. */
  labels: Readonly<Record<string, string>>
  containerName(machine: string): string
  /** On this host; the machine's socket appears in it. */
  socketFolder(machine: string): string
  /** Whether they come back when the engine that they run on does. */
  isPermanent: boolean
}

export const machineRole = 'machine'
export const machineLabel = 'berth.machine'
/** Its address for life, also while its container is pulled off the network. */
export const addressLabel = 'berth.machine-address'
export const machineContainerPrefix = 'berth-machine-'

/** The machines that a person makes on one computer. */
export const ownSite: MachineSite = {
  network: 'berth-machines',
  networkLabels: { [roleLabel]: 'network' },
  prefixes: ['172.30.214', '10.30.214', '192.168.214'],
  labels: { [roleLabel]: machineRole },
  containerName: (machine) => `${machineContainerPrefix}${machine}`,
  socketFolder: (machine) => join('/run/berth-machines', machine),
  isPermanent: true,
}

export const socketPathOf = (site: MachineSite, machine: string): string =>
  join(site.socketFolder(machine), 'docker.sock')
