import type Docker from 'dockerode'
import { machineNetwork, testLabel } from './machine-options.ts'

const prefix = '172.30.213'
const firstHost = 10
const lastHost = 250

export async function ensureMachineNetwork(docker: Docker): Promise<void> {
  const networks = await docker.listNetworks({ filters: { name: [machineNetwork] } })
  if (networks.some(({ Name }) => Name === machineNetwork)) return
  await docker
    .createNetwork({
      Name: machineNetwork,
      CheckDuplicate: true,
      Driver: 'bridge',
      Labels: { [testLabel]: 'network' },
      IPAM: { Driver: 'default', Config: [{ Subnet: `${prefix}.0/24`, Gateway: `${prefix}.1` }] },
    })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 409) throw error // Another test was quicker.
    })
}

/** Stays while another run uses it. */
export async function removeMachineNetwork(docker: Docker): Promise<void> {
  await docker
    .getNetwork(machineNetwork)
    .remove()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 403) throw error
    })
}

/** Addresses of all machines, also of those that do not run now: they come back with the same one. */
export async function listTakenAddresses(docker: Docker): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { network: [machineNetwork] } })
  return containers.flatMap(({ NetworkSettings }) => {
    const endpoint = NetworkSettings.Networks[machineNetwork]
    return [endpoint?.IPAMConfig?.IPv4Address, endpoint?.IPAddress].filter((address) => address !== undefined)
  })
}

export function freeAddress(taken: readonly string[]): string {
  for (let host = firstHost; host <= lastHost; host++) {
    const address = `${prefix}.${host}`
    if (!taken.includes(address)) return address
  }
  throw new Error(`No address of ${prefix}.0/24 is free: remove old test machines`)
}
