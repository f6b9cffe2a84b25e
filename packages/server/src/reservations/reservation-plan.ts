import type { Reservations, Resources } from '@berth/contract'

/** What one instance of a service was seen to use: 95 of 100 samples were at most this. */
export type SeenUse = {
  cpuMillisP95: number
  memoryBytesP95: number
  sampleCount: number
  /** How often an instance was ended because it used more memory than its limit. */
  outOfMemoryKills: number
}

type Amounts = { cpuMillis: number; memoryBytes: number }

const MiB = 1024 ** 2
const headroom = 1.15
const leastMemoryBytes = 64 * MiB
const leastCpuMillis = 10
/** A quarter of an hour, in samples of five minutes: what an app uses while it starts says little of what it needs. */
const enoughSamples = 3

/**
 * What each instance of a new release reserves: what its owner says (0 is a word, too), or else what it was seen to use.
 * What was only observed is no promise to anybody, so it never exceeds the limit, nor what the largest machine has.
 */
export function planReservations(
  resources: Resources,
  seen: SeenUse | null,
  largest: Amounts | undefined,
): Reservations {
  const { reservedCpuMillis, reservedMemoryBytes } = resources
  const isEnough = seen !== null && seen.sampleCount >= enoughSamples
  const cpu = isEnough ? capped(cpuFor(seen), resources.cpuMillis, largest?.cpuMillis) : nothing
  const memory = isEnough ? capped(memoryFor(seen), resources.memoryBytes, largest?.memoryBytes) : nothing
  const isCpuSet = reservedCpuMillis !== undefined
  const isMemorySet = reservedMemoryBytes !== undefined
  const observed = isEnough ? ('observed' as const) : ('none' as const)
  return {
    cpuMillis: reservedCpuMillis ?? cpu.amount,
    cpuSource: isCpuSet ? 'setting' : observed,
    memoryBytes: reservedMemoryBytes ?? memory.amount,
    memorySource: isMemorySet ? 'setting' : observed,
    observed: isEnough ? seen : null,
    cappedBy: (isMemorySet ? null : memory.cappedBy) ?? (isCpuSet ? null : cpu.cappedBy),
  }
}

/** The same without what was only observed, for when there is no room to keep that free. */
export const withoutObserved = (reservations: Reservations): Reservations => ({
  ...reservations,
  ...(reservations.cpuSource === 'observed' ? { cpuMillis: 0 } : {}),
  ...(reservations.memorySource === 'observed' ? { memoryBytes: 0 } : {}),
  cappedBy: 'room',
})

const cpuFor = ({ cpuMillisP95 }: SeenUse) => Math.max(leastCpuMillis, Math.ceil((cpuMillisP95 * headroom) / 10) * 10)

function memoryFor({ memoryBytesP95, outOfMemoryKills }: SeenUse): number {
  const wanted = Math.max(leastMemoryBytes, memoryBytesP95 * headroom)
  // What was ended early never got to use what it needs.
  const bytes = outOfMemoryKills > 0 ? Math.max(wanted * 1.2, wanted + 100 * MiB) : wanted
  return Math.ceil(bytes / MiB) * MiB
}

type Capped = { amount: number; cappedBy: Reservations['cappedBy'] }
const nothing: Capped = { amount: 0, cappedBy: null }

function capped(amount: number, limit = Number.POSITIVE_INFINITY, largest = Number.POSITIVE_INFINITY): Capped {
  if (amount <= limit && amount <= largest) return { amount, cappedBy: null }
  return limit <= largest ? { amount: limit, cappedBy: 'limit' } : { amount: largest, cappedBy: 'largest_machine' }
}
