import { networkInterfaces } from 'node:os'
import { formatBytes, type Machine, MachineName, PlatformError } from '@berth/contract'

const MiB = 1024 ** 2

/** What engine, agent and edge need before an app runs: measured, with room. */
const leastMemoryBytes = 256 * MiB
/** Each machine has images of its own. */
const leastDiskBytes = 1024 * MiB

export type CreationWish = {
  names: readonly string[]
  /** How many there are to be beside those that are named. */
  count: number | undefined
  memoryBytes: number | undefined
}

export type CreationFacts = {
  /** A new one cannot be called so. */
  takenNames: readonly string[]
  /** A new one is not called so by itself: of those that were begun and can be completed. */
  avoidedNames: readonly string[]
  availableMemoryBytes: number
  freeDiskBytes: number
}

/** The names of the machines to make. Throws where they cannot be made, before any is. */
export function planCreation(wish: CreationWish, facts: CreationFacts): string[] {
  for (const name of wish.names) requireName(name, facts.takenNames)
  const missing = wish.count === undefined ? (wish.names.length === 0 ? 1 : 0) : wish.count - wish.names.length
  if (missing < 0) {
    throw new PlatformError('invalid_request', `${wish.names.length} names for ${wish.count} machines`, {
      hint: 'Leave out --count, or give as many names as machines',
    })
  }
  const names = [...wish.names, ...freeNames(missing, [...facts.takenNames, ...facts.avoidedNames, ...wish.names])]
  if (new Set(names).size < names.length)
    throw new PlatformError('invalid_request', 'A name is there twice', { hint: 'Each machine has its own' })
  requireRoom(names.length, wish, facts)
  return names
}

function requireName(name: string, taken: readonly string[]): void {
  const checked = MachineName.safeParse(name)
  if (!checked.success)
    throw new PlatformError('invalid_request', `${name}: ${checked.error.issues[0]?.message}`, {
      hint: 'For example: worker1',
    })
  if (!taken.includes(name)) return
  throw new PlatformError('machine_exists', `There is a machine called ${name} already`, {
    hint: 'Take another name, or none: then it gets the next free one',
  })
}

function freeNames(count: number, taken: readonly string[]): string[] {
  const names: string[] = []
  for (let number = 1; names.length < count; number++) {
    if (!taken.includes(`worker${number}`)) names.push(`worker${number}`)
  }
  return names
}

function requireRoom(count: number, { memoryBytes }: CreationWish, facts: CreationFacts): void {
  if (memoryBytes !== undefined && memoryBytes < leastMemoryBytes) {
    throw new PlatformError('invalid_request', `A machine needs ${formatBytes(leastMemoryBytes)} of memory at least`)
  }
  const machines = count === 1 ? 'One machine needs' : `${count} machines need`
  const memory = count * (memoryBytes ?? leastMemoryBytes)
  if (memory > facts.availableMemoryBytes) {
    throw new PlatformError(
      'conflict',
      `${machines} ${formatBytes(memory)} of memory, and ${formatBytes(facts.availableMemoryBytes)} are available here`,
      { hint: 'Make fewer, or smaller ones with --memory' },
    )
  }
  const disk = count * leastDiskBytes
  if (disk > facts.freeDiskBytes) {
    throw new PlatformError(
      'conflict',
      `${machines} ${formatBytes(disk)} of disk, and ${formatBytes(facts.freeDiskBytes)} are free where the engine keeps its files`,
      { hint: 'Make fewer, or free some: docker system df shows what takes it' },
    )
  }
}

/** Machines in containers are reached from the host of their containers only, so a server must be there, too. */
export function requireServerHere(
  machines: readonly Pick<Machine, 'address' | 'holds'>[],
  { prefixes, ownAddresses = listOwnAddresses() }: { prefixes: readonly string[]; ownAddresses?: readonly string[] },
): void {
  const servers = machines.filter(({ holds }) => holds.includes('server')).map(({ address }) => address)
  const isHere = (address: string) =>
    ownAddresses.includes(address) || prefixes.some((prefix) => address.startsWith(`${prefix}.`))
  if (servers.length === 0 || servers.some(isHere)) return
  throw new PlatformError('conflict', `Berth's server is on another computer (${servers.join(', ')})`, {
    hint: 'Machines in containers are reached from their own computer only: make them there, or let this computer itself join',
  })
}

const listOwnAddresses = () =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
