import { formatBytes, type MachineStats } from '@berth/contract'

/** How near a machine is to one of its limits. `severity`: 1 at the limit, more beyond it. */
export type Reading = { severity: number; words: string }

export type ReadingFacts = {
  stats: MachineStats
  /** Mean over half a minute; null until that was seen. */
  cpuRatio: number | null
  cpuMillis: number
  /** Instances that began here within the last minute, whose use the figures do not show yet. */
  newcomers: number
}

const mostCpuRatio = 0.92
const leastMemoryRatio = 0.08
const leastDiskRatio = 0.1
const mostCpuStallPercent = 60
const mostMemoryStallPercent = 10
const mostIoStallPercent = 30

/** What is counted for a newcomer: a tenth of a core, and the least memory that is ever reserved. */
const newcomerCpuMillis = 100
const newcomerMemoryBytes = 64 * 1024 ** 2

/** The worst first. */
export function readingsOf(facts: ReadingFacts): Reading[] {
  return [...cpuReading(facts), memoryReading(facts), diskReading(facts), ...stallReadings(facts)].toSorted(
    (a, b) => b.severity - a.severity,
  )
}

function cpuReading({ cpuRatio, cpuMillis, newcomers }: ReadingFacts): Reading[] {
  if (cpuRatio === null) return []
  const expected = cpuRatio + (newcomers * newcomerCpuMillis) / Math.max(cpuMillis, 1)
  return [{ severity: expected / mostCpuRatio, words: `its CPU is ${percent(cpuRatio)} busy` }]
}

function memoryReading({ stats, newcomers }: ReadingFacts): Reading {
  const { memoryTotalBytes, memoryUsedBytes } = stats
  const freeBytes = memoryTotalBytes - memoryUsedBytes
  const expectedBytes = freeBytes - newcomers * newcomerMemoryBytes
  return {
    severity: severityOfRoom(leastMemoryRatio, expectedBytes, memoryTotalBytes),
    words: `${formatBytes(Math.max(0, freeBytes))} of memory are available`,
  }
}

function diskReading({ stats: { diskTotalBytes, diskUsedBytes } }: ReadingFacts): Reading {
  const freeBytes = diskTotalBytes - diskUsedBytes
  return {
    severity: severityOfRoom(leastDiskRatio, freeBytes, diskTotalBytes),
    words: `${formatBytes(Math.max(0, freeBytes))} of disk are free`,
  }
}

/** Processes that wait although they could run: a machine can be short of something before it is full. */
function stallReadings({ stats: { pressure } }: ReadingFacts): Reading[] {
  if (!pressure) return []
  const reading = (stalled: number, most: number, what: string): Reading => ({
    severity: stalled / most,
    words: `${what} for ${Math.round(stalled)} % of the last minute`,
  })
  return [
    reading(pressure.cpuSome60, mostCpuStallPercent, 'processes waited for the CPU'),
    reading(pressure.memorySome60, mostMemoryStallPercent, 'processes waited for memory'),
    reading(pressure.ioFull60, mostIoStallPercent, 'all processes waited for the disk'),
  ]
}

/** By how much is left: 8 % of memory is the limit, 16 % is half as bad. So 70 % of a limit means the same for all. */
function severityOfRoom(leastRatio: number, freeBytes: number, totalBytes: number): number {
  if (totalBytes <= 0) return 0
  return leastRatio / Math.max(freeBytes / totalBytes, 0.001)
}

const percent = (ratio: number) => `${Math.round(ratio * 100)} %`
