import type { LocalInstance } from '@berth/contract'
import type { LocalInstanceProcess } from '@berth/engine'
import {
  type CgroupFiles,
  type CgroupMount,
  findCgroupFiles,
  parseCgroupKills,
  parseCpuMicros,
  parseMemoryLimitBytes,
  parseWorkingSetBytes,
} from './cgroup-files.ts'
import { parseCgroupDisks } from './disk-counters.ts'
import { type KeptFiles, keptFiles } from './kept-files.ts'
import { parseInstanceNetwork } from './network-counters.ts'
import { countCpus, parseMemory } from './proc-files.ts'
import { findKernelFile, readKernelFile } from './read-file.ts'

type Watched = LocalInstanceProcess & {
  files: CgroupFiles
  kept: KeptFiles
  slow: SlowFigures
  cpuMicros?: number
  atMs?: number
}

/** What seldom changes, and is read only when the list is renewed. */
type SlowFigures = Pick<LocalInstance, 'memoryLimitBytes' | 'outOfMemoryKills'>

export interface InstanceStats {
  /** Which instances to read from now on. Returns those whose cgroup is not visible from here. */
  watch(instances: readonly LocalInstanceProcess[]): LocalInstanceProcess[]
  /** Reads anew what `read` gives as it was: limits and kills. */
  renew(): void
  /** Those still alive, with the share of all processors that each used since the call before. */
  read(nowMs: number): LocalInstance[]
}

export function instanceStats(procFolder: string, mounts: readonly CgroupMount[]): InstanceStats {
  const cpus = countCpus(readKernelFile(`${procFolder}/stat`))
  const machineBytes = parseMemory(readKernelFile(`${procFolder}/meminfo`)).totalBytes
  let watched = new Map<string, Watched>()

  function watch(instances: readonly LocalInstanceProcess[]): LocalInstanceProcess[] {
    const next = new Map<string, Watched>()
    const invisible: LocalInstanceProcess[] = []
    for (const instance of instances) {
      const known = watched.get(instance.instanceId)
      const cgroupText =
        known?.pid === instance.pid ? undefined : findKernelFile(`${procFolder}/${instance.pid}/cgroup`)
      const files = cgroupText ? findCgroupFiles(cgroupText, mounts) : undefined
      if (files) next.set(instance.instanceId, { ...instance, files, kept: keptFiles(), slow: readSlow(files) })
      else if (cgroupText) invisible.push(instance)
      else if (known) next.set(instance.instanceId, known)
    }
    for (const [id, { kept }] of watched) if (next.get(id)?.kept !== kept) kept.close()
    watched = next
    return invisible
  }

  function readSlow(files: CgroupFiles): SlowFigures {
    const limit = findKernelFile(files.memoryLimit)
    const outOfMemory = findKernelFile(files.outOfMemory)
    return {
      memoryLimitBytes: limit === undefined ? null : parseMemoryLimitBytes(limit, machineBytes),
      outOfMemoryKills: outOfMemory === undefined ? null : parseCgroupKills(outOfMemory),
    }
  }

  function readOne(instance: Watched, nowMs: number): LocalInstance[] {
    const { instanceId, app, service, files, kept, slow } = instance
    const usage = kept.read(files.memoryUsage)
    const stat = kept.read(files.memoryStat)
    const cpu = kept.read(files.cpuUsage)
    if (usage === undefined || stat === undefined || cpu === undefined) {
      kept.close()
      return []
    }
    const cpuMicros = parseCpuMicros(files.version, cpu)
    const cpuRatio = useSince(instance, cpuMicros, nowMs) / cpus
    const memoryBytes = parseWorkingSetBytes(files.version, usage, stat)
    const use = { cpuRatio: Math.min(cpuRatio, 1), cpuSeconds: cpuMicros / 1e6, memoryBytes }
    return [{ instanceId, app, service, ...use, ...slow, ...readTraffic(instance), ...readDisks(instance) }]
  }

  function readTraffic({ pid, kept }: Watched) {
    const text = kept.read(`${procFolder}/${pid}/net/dev`)
    if (!text) return { networkReceivedBytes: null, networkSentBytes: null }
    const { receivedBytes, sentBytes } = parseInstanceNetwork(text)
    return { networkReceivedBytes: receivedBytes, networkSentBytes: sentBytes }
  }

  return {
    watch,
    renew() {
      for (const instance of watched.values()) instance.slow = readSlow(instance.files)
    },
    read: (nowMs) => [...watched.values()].flatMap((instance) => readOne(instance, nowMs)),
  }
}

/** In cores, since the last call for this instance; 0 for the first. */
function useSince(instance: Watched, cpuMicros: number, nowMs: number): number {
  const usedMicros = cpuMicros - (instance.cpuMicros ?? cpuMicros)
  const elapsedMicros = (nowMs - (instance.atMs ?? nowMs)) * 1000
  instance.cpuMicros = cpuMicros
  instance.atMs = nowMs
  return elapsedMicros > 0 ? Math.max(usedMicros / elapsedMicros, 0) : 0
}

function readDisks({ files, kept }: Watched) {
  const text = files.disks && kept.read(files.disks)
  if (text === undefined) return { diskReadBytes: null, diskWrittenBytes: null }
  const { readBytes, writtenBytes } = parseCgroupDisks(files.version, text)
  return { diskReadBytes: readBytes, diskWrittenBytes: writtenBytes }
}
