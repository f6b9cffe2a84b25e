import type { machineVerbs, ServiceAddresses, VerbInput } from '@berth/contract'
import type { ClusterState, ObservedInstance } from '@berth/engine'

export type InstancesWord = VerbInput<(typeof machineVerbs)['setInstances']>
export type Addresses = ReadonlyMap<string, ServiceAddresses>

/** Where the instances of each service are. An edge must know those that run, and may know those that come or go. */
export function serviceAddresses({ instances, machines }: ClusterState): Addresses {
  const ready = new Set(machines.filter(({ isReady }) => isReady).map(({ id }) => id))
  const services = new Map<string, ServiceAddresses>()
  for (const instance of instances) {
    const [first] = instance.addresses
    if (!first || !hasAddressNow(instance)) continue
    const { serviceName: service } = instance
    const found = services.get(service) ?? { service, network: first.network, running: [], passing: [] }
    services.set(service, found)
    found[isServing(instance, ready) ? 'running' : 'passing'].push(first.ip)
  }
  for (const { running, passing } of services.values()) {
    running.sort() // The cluster lists its instances in any order.
    passing.sort()
  }
  return services
}

/** An ended one keeps its address in the cluster's book, and another may have it. */
const hasAddressNow = ({ state }: ObservedInstance) =>
  state === 'running' || state === 'starting' || state === 'stopping'

export const isServing = ({ state, isWanted, machineId }: ObservedInstance, readyMachines: ReadonlySet<string>) =>
  state === 'running' && isWanted && readyMachines.has(machineId ?? '')

/** `before`: what was told last; undefined if nothing was. */
export function wordOf(before: Addresses | undefined, after: Addresses): InstancesWord {
  if (!before) return { isWhole: true, services: [...after.values()], gone: [] }
  const isNew = (one: ServiceAddresses) => JSON.stringify(before.get(one.service)) !== JSON.stringify(one)
  return {
    isWhole: false,
    services: [...after.values()].filter(isNew),
    gone: [...before.keys()].filter((service) => !after.has(service)),
  }
}
