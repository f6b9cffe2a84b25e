import type { MachineStats } from '@berth/contract'
import { parseCgroupKills, parseCpuMicros, parseMemoryLimitBytes, parseWorkingSetBytes } from './cgroup-files.ts'
import { parseCgroupDisks } from './disk-counters.ts'
import { type OwnCgroup, parseCpuLimitMillis, parseSwapBytes } from './own-cgroup.ts'
import { parsePressure } from './pressure-files.ts'
import { countCpus, parseMemory } from './proc-files.ts'
import { findKernelFile, readKernelFile } from './read-file.ts'

/** What a machine in a container has in common with the one that it is on. */
export type SharedStats = Pick<
  MachineStats,
  'load1' | 'load5' | 'diskUsedBytes' | 'diskTotalBytes' | 'networkReceivedBytes' | 'networkSentBytes'
>
export type OwnStats = Omit<MachineStats, keyof SharedStats>

type CpuReading = { cpuMicros: number; atMs: number }

/** What a machine in a container uses and may use: where it has no limit, what the machine that it is on has. */
export function ownStatsReader(own: OwnCgroup, procFolder: string): (nowMs: number) => OwnStats {
  const { version, cpuUsage } = own.files
  let before: CpuReading | undefined

  return (nowMs) => {
    const cpuMillis = readCpuMillis(own, procFolder)
    const now = { cpuMicros: parseCpuMicros(version, readKernelFile(cpuUsage)), atMs: nowMs }
    const cpuRatio = before ? busyRatio(before, now, cpuMillis) : 0
    before = now
    return {
      cpuRatio,
      cpuMillis,
      ...readMemory(own, procFolder),
      ...readDisks(own),
      // On version 1 a cgroup counts only the kills of its own processes, and those are none: all are in cgroups below.
      outOfMemoryKills: version === 1 ? null : parseCgroupKills(readKernelFile(own.files.outOfMemory)),
      pressure: readPressure(own),
    }
  }
}

const readCpuMillis = ({ cpuLimit }: OwnCgroup, procFolder: string): number =>
  parseCpuLimitMillis(cpuLimit.map((path) => findKernelFile(path) ?? '').join(' ')) ??
  countCpus(readKernelFile(`${procFolder}/stat`)) * 1000

function readMemory({ files, swap }: OwnCgroup, procFolder: string) {
  const { version } = files
  const host = parseMemory(readKernelFile(`${procFolder}/meminfo`))
  const limitBytes = parseMemoryLimitBytes(readKernelFile(files.memoryLimit), host.totalBytes)
  return {
    memoryUsedBytes: parseWorkingSetBytes(version, readKernelFile(files.memoryUsage), readKernelFile(files.memoryStat)),
    memoryTotalBytes: limitBytes ?? host.totalBytes,
    swapUsedBytes: parseSwapBytes(version, findKernelFile(swap) ?? ''),
  }
}

function readDisks({ files }: OwnCgroup) {
  const text = files.disks && findKernelFile(files.disks)
  if (text === undefined) return { diskReadBytes: null, diskWrittenBytes: null }
  const { readBytes, writtenBytes } = parseCgroupDisks(files.version, text)
  return { diskReadBytes: readBytes, diskWrittenBytes: writtenBytes }
}

/** Null on version 1: all that could be had is the pressure on the machine that this one shares with others. */
function readPressure({ pressure }: OwnCgroup) {
  if (!pressure) return null
  const [cpu, memory, io] = [pressure.cpu, pressure.memory, pressure.io].map(findKernelFile)
  return cpu && memory && io ? parsePressure({ cpu, memory, io }) : null
}

function busyRatio(before: CpuReading, after: CpuReading, cpuMillis: number): number {
  const mayUseMicros = (after.atMs - before.atMs) * cpuMillis
  return mayUseMicros > 0 ? Math.min(Math.max((after.cpuMicros - before.cpuMicros) / mayUseMicros, 0), 1) : 0
}
