import type { Listener } from '../preflight/preflight-plan.ts'

/** What a machine says of itself before it is added. */
export type RemoteFacts = {
  hostName: string
  user: string
  /** Whether programs may run as root, directly or by sudo. All that follows needs that. */
  isRoot: boolean
  osName: string
  isDebian: boolean
  kernel: string
  /** As the kernel calls it: `x86_64`, `aarch64`. */
  architecture: string
  /** Undefined where it cannot be told before they are needed. */
  modules: Readonly<Record<'overlay' | 'vxlan', boolean | undefined>>
  hasPerl: boolean
  hasApt: boolean
  hasSystemd: boolean
  isEngineInstalled: boolean
  /** The command with which engines are reached over SSH. */
  hasDockerClient: boolean
  engine: RemoteEngine | undefined
  /** What apt would install as the engine. */
  offeredEngine: string | undefined
  freeDiskBytes: number
  diskPath: string
  memoryBytes: number
  /** How far its clock is ahead of ours. */
  clockAheadMs: number
  listeners: readonly Listener[]
}

export type RemoteEngine = {
  version: string
  apiVersion: string
  swarm: 'none' | 'ours' | 'other'
  /** Ports that Berth's own parts hold there. */
  ownPorts: readonly number[]
}

/** What ways there are between the machine and the managers. */
export type Reach = {
  /** Under which the machine speaks to the managers; undefined where it reached none. */
  address: string | undefined
  /** Of the way from the machine to the managers; the largest packet that fits into its first link. */
  mtuBytes: number | undefined
  toManagers: readonly { address: string; port: number; trouble: string | undefined }[]
  /** Undefined where it could not be tried. */
  fromManager: readonly BackReach[] | undefined
}

export type BackReach = {
  protocol: 'tcp' | 'udp'
  port: number
  /** `lost`: nothing came back. `full_lost`: small packets came back, and those of full size did not. */
  outcome: 'open' | 'refused' | 'lost' | 'full_lost'
}
