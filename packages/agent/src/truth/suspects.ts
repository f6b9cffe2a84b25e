import type { Backend } from '@berth/contract'
import { type Difference, keyOf, type Told } from './differences.ts'
import type { Suspect } from './repair-plan.ts'
import type { ServerState } from './server-states.ts'

type World = {
  backends: readonly Backend[]
  services: Told
  servers: readonly ServerState[]
  /** Those that have lasted. */
  differences: readonly Difference[]
  forMs(key: string): number
}

const nobody = { running: [], passing: [] }

/** All that is known of each backend that needs a closer look. Pure. */
export function suspectsIn({ backends, services, servers, differences, forMs }: World): Omit<Suspect, 'resolved'>[] {
  const owned = ownersOf(services)
  const byBackend = Map.groupBy(servers, ({ backend }) => backend)
  return backends.map(({ name, network, port }) => {
    const own = differences.filter(({ backend }) => backend === name)
    const missing = own.filter(({ kind }) => kind === 'missing')
    return {
      backend: name,
      port,
      told: services.get(name) ?? nobody,
      servers: byBackend.get(name) ?? [],
      missingForMs: new Map(missing.map((difference) => [difference.address, forMs(keyOf(difference))])),
      ghosts: new Set(own.filter(({ kind }) => kind === 'ghost').map(({ address }) => address)),
      isForeign: (address) => [...(owned.get(`${network} ${address}`) ?? [])].some((service) => service !== name),
    }
  })
}

/** Which services an address is one of, by network, since networks may have the same addresses. */
function ownersOf(services: Told): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>()
  for (const { service, network, running, passing } of services.values()) {
    for (const address of [...running, ...passing]) {
      const key = `${network} ${address}`
      owners.set(key, (owners.get(key) ?? new Set()).add(service))
    }
  }
  return owners
}
