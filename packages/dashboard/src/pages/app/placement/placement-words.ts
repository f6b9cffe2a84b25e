import { formatBytes, formatCpu, type MachineChoice, type Placement, type Reservations } from '@berth/contract'

/** "only where disk=ssd and zone=a, spread over rack" */
export function describePlacement({ on, spread }: Placement): string {
  const conditions = Object.entries(on)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
  const where = conditions.length > 0 ? `only where ${conditions.join(' and ')}` : 'on any machine'
  return spread === null ? where : `${where}, spread over ${spread}`
}

const sources = { setting: 'as set', observed: 'from what was observed', none: '' } as const
const caps = {
  limit: 'kept below the limit',
  largest_machine: 'kept to what the largest machine has',
  room: 'kept to what there was room for',
} as const

/** "0.25 cores, from what was observed" */
export const describeReservedCpu = ({ cpuMillis, cpuSource }: Reservations): string =>
  cpuMillis === 0 ? 'none' : join(`${formatCpu(cpuMillis)} cores`, sources[cpuSource])

export const describeReservedMemory = ({ memoryBytes, memorySource }: Reservations): string =>
  memoryBytes === 0 ? 'none' : join(formatBytes(memoryBytes), sources[memorySource])

/** What was looked at to find out how much to reserve; undefined where nobody looked. */
export function describeObserved({ observed, cappedBy }: Reservations): string | undefined {
  if (!observed) return undefined
  const { cpuMillisP95, memoryBytesP95, outOfMemoryKills } = observed
  const seen = `95 % of the time its instances used up to ${formatCpu(Math.round(cpuMillisP95))} cores and ${formatBytes(Math.round(memoryBytesP95))}`
  const kills = outOfMemoryKills > 0 ? `, and ran out of memory ${outOfMemoryKills} times` : ''
  return `${seen}${kills}${cappedBy ? `; ${caps[cappedBy]}` : ''}.`
}

const join = (amount: string, source: string) => (source === '' ? amount : `${amount}, ${source}`)

const order = ['next', 'possible', 'excluded'] as const

/** Where the next instance would go first, what cannot take one last. */
export const sortChoices = (choices: readonly MachineChoice[]): MachineChoice[] =>
  choices.toSorted(
    (one, other) =>
      order.indexOf(one.verdict) - order.indexOf(other.verdict) ||
      other.instances - one.instances ||
      one.machine.localeCompare(other.machine, 'en', { numeric: true }),
  )
