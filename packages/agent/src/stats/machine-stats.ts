import { statfs } from 'node:fs/promises'
import type { MachineStats } from '@berth/contract'
import type { CgroupMount } from './cgroup-files.ts'
import { parseMachineDisks } from './disk-counters.ts'
import { parseMachineNetwork } from './network-counters.ts'
import { findOwnCgroup } from './own-cgroup.ts'
import { type OwnStats, ownStatsReader, type SharedStats } from './own-stats.ts'
import { parsePressure } from './pressure-files.ts'
import {
  type CpuTimes,
  countCpus,
  parseCpuTimes,
  parseLoads,
  parseMemory,
  parseOutOfMemoryKills,
} from './proc-files.ts'
import { findKernelFile, readKernelFile } from './read-file.ts'

export type DiskUse = { usedBytes: number; totalBytes: number }

/** Each call gives the processor use since the call before. */
export type MachineStatsReader = (disk: DiskUse, nowMs: number) => MachineStats

/** What it cannot read of itself, a machine in a container has from the machine that it is on: loads, and swap space. */
export function machineStatsReader(procFolder: string, mounts: readonly CgroupMount[]): MachineStatsReader {
  const own = findOwnCgroup(mounts, (path) => findKernelFile(path) !== undefined)
  const readWhole = wholeStatsReader(procFolder)
  if (!own) return (disk) => ({ ...readShared(procFolder, disk), ...readWhole() })
  const readOwn = ownStatsReader(own, procFolder)
  return (disk, nowMs) => ({ ...readShared(procFolder, disk), ...readOwn(nowMs) })
}

/** As `df` does: what only root may still fill counts neither as used nor as there. */
export async function readDiskUse(folder: string): Promise<DiskUse> {
  const { bsize, blocks, bfree, bavail } = await statfs(folder)
  const usedBytes = (blocks - bfree) * bsize
  return { usedBytes, totalBytes: usedBytes + bavail * bsize }
}

function readShared(procFolder: string, { usedBytes, totalBytes }: DiskUse): SharedStats {
  // Of the first process, since /proc/net is that of the reader, which may be in a network of its own.
  const network = parseMachineNetwork(readKernelFile(`${procFolder}/1/net/dev`))
  return {
    ...parseLoads(readKernelFile(`${procFolder}/loadavg`)),
    diskUsedBytes: usedBytes,
    diskTotalBytes: totalBytes,
    networkReceivedBytes: network.receivedBytes,
    networkSentBytes: network.sentBytes,
  }
}

function wholeStatsReader(procFolder: string): () => OwnStats {
  const read = (file: string) => readKernelFile(`${procFolder}/${file}`)
  let before: CpuTimes | undefined

  return () => {
    const stat = read('stat')
    const cpu = parseCpuTimes(stat)
    const memory = parseMemory(read('meminfo'))
    const disks = parseMachineDisks(read('diskstats'))
    const cpuRatio = before ? busyRatio(before, cpu) : 0
    before = cpu
    return {
      cpuRatio,
      cpuMillis: countCpus(stat) * 1000,
      memoryUsedBytes: memory.usedBytes,
      memoryTotalBytes: memory.totalBytes,
      swapUsedBytes: memory.swapUsedBytes,
      diskReadBytes: disks.readBytes,
      diskWrittenBytes: disks.writtenBytes,
      outOfMemoryKills: parseOutOfMemoryKills(read('vmstat')),
      pressure: readPressure(procFolder),
    }
  }
}

/** Null where the kernel was built or started without it. */
function readPressure(procFolder: string) {
  const [cpu, memory, io] = ['cpu', 'memory', 'io'].map((name) => findKernelFile(`${procFolder}/pressure/${name}`))
  return cpu && memory && io ? parsePressure({ cpu, memory, io }) : null
}

function busyRatio(before: CpuTimes, after: CpuTimes): number {
  const total = after.total - before.total
  return total > 0 ? Math.min(Math.max((after.busy - before.busy) / total, 0), 1) : 0
}
