import type { LocalInstance } from '@berth/contract'
import type { ClusterState } from '@berth/engine'

export type MadeUpMachine = {
  name: string
  machineId: string
  isManager: boolean
  certPem: string
  instances: Pick<LocalInstance, 'instanceId' | 'app' | 'service'>[]
}

export type Fleet = {
  port: number
  caPem: string
  /** One for all: made-up machines keep nothing from each other. */
  keyPem: string
  machines: MadeUpMachine[]
  state: ClusterState
}
