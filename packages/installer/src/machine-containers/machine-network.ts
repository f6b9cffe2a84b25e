import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { overlaps } from '../cluster/address-pool.ts'
import { listRoutes } from '../cluster/own-routes.ts'
import { addressLabel, type MachineSite } from './machine-site.ts'

const firstHost = 10
const lastHost = 250
/** Five seconds; it took less than one on a busy machine. */
const listAttempts = 50
const listPauseMs = 100

/** Answers with the first three numbers of its addresses. */
export async function ensureMachineNetwork(docker: Docker, site: MachineSite): Promise<string> {
  const found = await findPrefix(docker, site)
  if (found) return found
  const prefix = choosePrefix(site, [...(await listSubnets(docker)), ...(await listRoutes())])
  await docker
    .createNetwork({
      Name: site.network,
      CheckDuplicate: true,
      Driver: 'bridge',
      Labels: { ...site.networkLabels },
      IPAM: { Driver: 'default', Config: [{ Subnet: `${prefix}.0/24`, Gateway: `${prefix}.1` }] },
    })
    .catch(async (error: { statusCode?: number }) => {
      // Another one was quicker, and has the name (409) or already the addresses (403).
      const isTaken = error.statusCode === 409 || error.statusCode === 403
      if (!isTaken || !(await waitForPrefix(docker, site))) throw error
    })
  return (await findPrefix(docker, site)) ?? prefix
}

/** The engine takes the addresses of a network before it lists it. */
async function waitForPrefix(docker: Docker, site: MachineSite): Promise<string | undefined> {
  for (let attempt = 1; attempt < listAttempts; attempt++) {
    const prefix = await findPrefix(docker, site)
    if (prefix) return prefix
    await delay(listPauseMs)
  }
  return findPrefix(docker, site)
}

async function findPrefix(docker: Docker, { network }: MachineSite): Promise<string | undefined> {
  const networks = await docker.listNetworks({ filters: { name: [network] } })
  const subnet = networks.find(({ Name }) => Name === network)?.IPAM?.Config?.[0]?.Subnet
  return subnet?.split('.').slice(0, 3).join('.')
}

export function choosePrefix({ network, prefixes }: MachineSite, usedSubnets: readonly string[]): string {
  const free = prefixes.find((prefix) => !usedSubnets.some((used) => overlaps(`${prefix}.0/24`, used)))
  if (free) return free
  throw new PlatformError('conflict', `No address range is free for the network ${network}`, {
    hint: `It takes one of ${prefixes.map((prefix) => `${prefix}.0/24`).join(', ')}; all are in use on this machine`,
  })
}

async function listSubnets(docker: Docker): Promise<string[]> {
  const networks = await docker.listNetworks()
  const subnets = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => Subnet ?? ''))
  return subnets.filter((subnet) => subnet.includes('.'))
}

/** Stays while another machine uses it. */
export async function removeMachineNetwork(docker: Docker, { network }: MachineSite): Promise<void> {
  await docker
    .getNetwork(network)
    .remove()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 403) throw error
    })
}

/** Addresses of all machines, also of those that do not run or are cut off now: they come back with the same one. */
export async function listTakenAddresses(docker: Docker, { network }: MachineSite): Promise<string[]> {
  const [attached, machines] = await Promise.all([
    docker.listContainers({ all: true, filters: { network: [network] } }),
    docker.listContainers({ all: true, filters: { label: [addressLabel] } }),
  ])
  const addresses = attached.flatMap(({ NetworkSettings }) => {
    const endpoint = NetworkSettings.Networks[network]
    return [endpoint?.IPAMConfig?.IPv4Address, endpoint?.IPAddress]
  })
  const kept = machines.map(({ Labels }) => Labels[addressLabel])
  return [...addresses, ...kept].filter((address) => address !== undefined)
}

export function freeAddress(prefix: string, taken: readonly string[]): string {
  for (let host = firstHost; host <= lastHost; host++) {
    const address = `${prefix}.${host}`
    if (!taken.includes(address)) return address
  }
  throw new PlatformError('conflict', `No address of ${prefix}.0/24 is free`, { hint: 'Remove machines first' })
}
