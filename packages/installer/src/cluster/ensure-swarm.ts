import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import type { InstallerConfig } from '../config.ts'
import { roleLabel } from '../names.ts'
import { chooseAddressPool, overlayPrefixLength } from './address-pool.ts'
import { findOwnAddress, listRoutes } from './own-routes.ts'

const secondInNs = 1_000_000_000

export type ThisMachine = {
  nodeId: string
  name: string
  address: string
  /** Where the engine keeps everything. */
  engineFolder: string
}

/** Makes a swarm of one where there is none, marked as ours; a swarm that is there already stays as it is. */
export async function ensureSwarm(
  docker: Docker,
  config: InstallerConfig,
): Promise<ThisMachine & { wasMade: boolean }> {
  const before = await docker.info()
  const wasMade = before.Swarm?.LocalNodeState === 'inactive'
  if (wasMade) await initSwarm(docker, config)
  const { Swarm: swarm, Name: name } = wasMade ? await docker.info() : before
  if (!swarm?.NodeID || !swarm.ControlAvailable) {
    throw new PlatformError('engine_failed', 'The engine is not a manager of its swarm')
  }
  return { nodeId: swarm.NodeID, name, address: swarm.NodeAddr, engineFolder: before.DockerRootDir, wasMade }
}

async function initSwarm(docker: Docker, config: InstallerConfig): Promise<void> {
  const address = config.address ?? (config.isThisMachine ? await findOwnAddress() : undefined)
  if (!address) {
    throw new PlatformError('invalid_request', 'This machine has no default route, so its own address is not clear', {
      hint: 'Say under which address other machines reach it: BERTH_ADDRESS=192.168.1.10',
    })
  }
  const pool = chooseAddressPool([
    `${address}/32`,
    ...(await listSubnets(docker)),
    ...(config.isThisMachine ? await listRoutes() : []),
  ])
  if (!pool)
    throw new PlatformError('conflict', 'All private address ranges are in use on this machine', {
      hint: 'The networks of apps need one of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 that no route of it covers: ip route',
    })
  await docker.swarmInit({
    ListenAddr: '0.0.0.0:2377',
    AdvertiseAddr: address,
    DefaultAddrPool: [pool],
    SubnetSize: overlayPrefixLength,
    Spec: {
      Name: 'default',
      Labels: { [roleLabel]: 'cluster' },
      Orchestration: { TaskHistoryRetentionLimit: 10 },
      // After three missed ones all instances of a machine are started elsewhere. A single machine has no elsewhere: there a
      // short period only means that a busy moment (a push, a build) restarts everything.
      Dispatcher: { HeartbeatPeriod: 15 * secondInNs },
    },
  })
}

async function listSubnets(docker: Docker): Promise<string[]> {
  const networks = await docker.listNetworks()
  return networks.flatMap(({ IPAM }) =>
    (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet && !Subnet.includes(':') ? [Subnet] : [])),
  )
}
