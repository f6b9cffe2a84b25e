import type { ServiceAddresses } from '@berth/contract'
import type { ServerState } from './server-states.ts'

export type Repair =
  /** Enters an instance by its address; gets checks and no requests. */
  | { kind: 'enter'; backend: string; server: string; address: string; port: number }
  /** It passed a check: from now on it gets requests. */
  | { kind: 'admit'; backend: string; server: string }
  /** Takes out what was entered: DNS gives it again, or it is no instance any more. */
  | { kind: 'withdraw'; backend: string; server: string; address: string }
  | { kind: 'close'; backend: string; server: string; address: string }
  | { kind: 'reopen'; backend: string; server: string }

/** One backend in which something is different, or was entered or closed before. */
export type Suspect = {
  backend: string
  port: number
  told: Pick<ServiceAddresses, 'running' | 'passing'>
  servers: readonly ServerState[]
  /** For how long each instance has had no requests. */
  missingForMs: ReadonlyMap<string, number>
  /** Addresses that have been nobody's for long enough. */
  ghosts: ReadonlySet<string>
  /** What DNS answers inside the edge; undefined if it was not asked, or did not answer. */
  resolved: ReadonlySet<string> | undefined
  /** Whether it is an instance of something else. */
  isForeign(address: string): boolean
}

/** HAProxy fills one place per round of DNS, so what DNS gives may take a while. */
const fillMs = 30_000

/** Decides by what was seen alone: same input, same repairs. */
export function planRepairs(suspect: Suspect): Repair[] {
  const { servers } = suspect
  return [
    ...servers.filter(isEntered).flatMap((server) => repairEntered(server, suspect)),
    ...servers.filter((server) => !isEntered(server)).flatMap((server) => repairPlace(server, suspect)),
    ...enterMissing(suspect),
  ]
}

const enteredPrefix = 'ip-'
export const isEntered = ({ server }: Pick<ServerState, 'server'>) => server.startsWith(enteredPrefix)
export const isOutOfOrder = (server: ServerState) => isEntered(server) || server.isClosed || server.isDraining

function repairEntered(entered: ServerState, { backend, told, servers, isForeign }: Suspect): Repair[] {
  const { server, address } = entered
  const isGivenByDns = servers.some((other) => !isEntered(other) && other.address === address && isOpen(other))
  if (isGivenByDns || !told.running.includes(address) || isForeign(address))
    return [{ kind: 'withdraw', backend, server, address }]
  if (entered.isDraining && entered.hasPassedCheck) return [{ kind: 'admit', backend, server }]
  return []
}

function repairPlace(place: ServerState, suspect: Suspect): Repair[] {
  const { backend, told, ghosts } = suspect
  const { server, address } = place
  if (place.isClosed || place.isDraining) {
    // HAProxy keeps a place closed whatever address DNS gives it next.
    const isRight = place.isUnresolved || told.running.includes(address) || told.passing.includes(address)
    return isRight ? [{ kind: 'reopen', backend, server }] : []
  }
  if (place.isUnresolved || !ghosts.has(address) || !mayClose(address, suspect)) return []
  return [{ kind: 'close', backend, server, address }]
}

/** A cluster that seems to have no instance at all is more likely to be seen wrongly than served wrongly. */
const mayClose = (address: string, { isForeign, servers, told }: Suspect) =>
  isForeign(address) ||
  servers.some((other) => isOpen(other) && other.hasPassedCheck && told.running.includes(other.address))

const isOpen = ({ isClosed, isDraining, isUnresolved }: ServerState) => !isClosed && !isDraining && !isUnresolved

function enterMissing({ backend, port, servers, missingForMs, resolved, isForeign }: Suspect): Repair[] {
  // One that has a place already is reopened, or is being checked.
  const placed = new Set(
    servers.filter((server) => isEntered(server) || !server.isUnresolved).map(({ address }) => address),
  )
  return [...missingForMs]
    .filter(([address, forMs]) => !placed.has(address) && (!resolved?.has(address) || forMs > fillMs))
    .filter(([address]) => !isForeign(address)) // Two have it: whoever connects there may meet the other.
    .map(([address]) => ({
      kind: 'enter',
      backend,
      server: `${enteredPrefix}${address.replaceAll('.', '-')}`,
      address,
      port,
    }))
}
