import { statfs } from 'node:fs/promises'
import type { MachineStats } from '@berth/contract'
import { type CpuTimes, parseCpuTimes, parseLoad1, parseMemory } from './proc-files.ts'
import { readKernelFile } from './read-file.ts'

export type DiskUse = { usedBytes: number; totalBytes: number }

/** Each call gives the processor use since the call before. */
export function machineStatsReader(procFolder: string): (disk: DiskUse) => MachineStats {
  let before: CpuTimes | undefined

  return (disk) => {
    const cpu = parseCpuTimes(readKernelFile(`${procFolder}/stat`))
    const memory = parseMemory(readKernelFile(`${procFolder}/meminfo`))
    const cpuRatio = before ? busyRatio(before, cpu) : 0
    before = cpu
    return {
      cpuRatio,
      load1: parseLoad1(readKernelFile(`${procFolder}/loadavg`)),
      memoryUsedBytes: memory.usedBytes,
      memoryTotalBytes: memory.totalBytes,
      diskUsedBytes: disk.usedBytes,
      diskTotalBytes: disk.totalBytes,
    }
  }
}

/** As `df` does: what only root may still fill counts neither as used nor as there. */
export async function readDiskUse(folder: string): Promise<DiskUse> {
  const { bsize, blocks, bfree, bavail } = await statfs(folder)
  const usedBytes = (blocks - bfree) * bsize
  return { usedBytes, totalBytes: usedBytes + bavail * bsize }
}

function busyRatio(before: CpuTimes, after: CpuTimes): number {
  const total = after.total - before.total
  return total > 0 ? Math.min(Math.max((after.busy - before.busy) / total, 0), 1) : 0
}
