import type { LocalInstance } from '@berth/contract'
import type { LocalInstanceProcess } from '@berth/engine'
import {
  type CgroupFiles,
  findCgroupFiles,
  parseCgroupMounts,
  parseCpuMicros,
  parseWorkingSetBytes,
} from './cgroup-files.ts'
import { countCpus } from './proc-files.ts'
import { findKernelFile, readKernelFile } from './read-file.ts'

type Watched = LocalInstanceProcess & { files: CgroupFiles; cpuMicros?: number; atMs?: number }

export interface InstanceStats {
  /** Which instances to read from now on. Returns those whose cgroup is not visible from here. */
  watch(instances: readonly LocalInstanceProcess[]): LocalInstanceProcess[]
  /** Those still alive, with the share of all processors that each used since the call before. */
  read(nowMs: number): LocalInstance[]
}

export function instanceStats(options: {
  procFolder: string
  cgroupFolder: string
  mountinfoPath?: string
}): InstanceStats {
  const { procFolder, cgroupFolder, mountinfoPath = '/proc/self/mountinfo' } = options
  const mounts = parseCgroupMounts(readKernelFile(mountinfoPath), cgroupFolder)
  const cpus = countCpus(readKernelFile(`${procFolder}/stat`))
  let watched = new Map<string, Watched>()

  function watch(instances: readonly LocalInstanceProcess[]): LocalInstanceProcess[] {
    const next = new Map<string, Watched>()
    const invisible: LocalInstanceProcess[] = []
    for (const instance of instances) {
      const known = watched.get(instance.instanceId)
      const cgroupText =
        known?.pid === instance.pid ? undefined : findKernelFile(`${procFolder}/${instance.pid}/cgroup`)
      const files = cgroupText ? findCgroupFiles(cgroupText, mounts) : undefined
      if (files) next.set(instance.instanceId, { ...instance, files })
      else if (cgroupText) invisible.push(instance)
      else if (known) next.set(instance.instanceId, known)
    }
    watched = next
    return invisible
  }

  function readOne(instance: Watched, nowMs: number): LocalInstance[] {
    const { instanceId, app, files } = instance
    const usage = findKernelFile(files.memoryUsage)
    const stat = findKernelFile(files.memoryStat)
    const cpu = findKernelFile(files.cpuUsage)
    if (usage === undefined || stat === undefined || cpu === undefined) return []
    const cpuMicros = parseCpuMicros(files.version, cpu)
    const usedMicros = cpuMicros - (instance.cpuMicros ?? cpuMicros)
    const elapsedMicros = (nowMs - (instance.atMs ?? nowMs)) * 1000
    instance.cpuMicros = cpuMicros
    instance.atMs = nowMs
    const cpuRatio = elapsedMicros > 0 ? Math.min(Math.max(usedMicros / elapsedMicros / cpus, 0), 1) : 0
    const memoryBytes = parseWorkingSetBytes(files.version, usage, stat)
    return [{ instanceId, app, cpuRatio, cpuSeconds: cpuMicros / 1e6, memoryBytes }]
  }

  return { watch, read: (nowMs) => [...watched.values()].flatMap((instance) => readOne(instance, nowMs)) }
}
