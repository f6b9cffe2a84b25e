import type { Client, MachineRole } from '@berth/contract'
import type Docker from 'dockerode'
import type { ClusterView } from '../joining/join-machine.ts'
import type { SshHost } from '../ssh/ssh-host.ts'
import type { StepRunner } from '../steps.ts'
import type { RemoteRecords } from './remote-record.ts'

/** What is asked when a machine is to be added, and what that is done with. */
export type Adding = {
  host: SshHost
  /** The key that opens it, if it is none of the usual ones. */
  identityFile: string | undefined
  role: MachineRole
  /** Undefined: what the machine calls itself. */
  name: string | undefined
  /** Under which the others are to reach it; undefined: the one that it speaks to the managers from. */
  address: string | undefined
  /** The engine of this computer, which is in the cluster: images come from there. */
  docker: Docker
  client: Client
  cluster: ClusterView
  records: RemoteRecords
  httpPort: number
  step: StepRunner
  print(line: string): void
  signal?: AbortSignal | undefined
}
