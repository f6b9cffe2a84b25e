import type { BuildkitTraits } from '@berth/engine'
import { type CgroupMount, unified } from '../stats/cgroup-files.ts'

/** What all that BuildKit runs at one moment may use together. */
export type BuildCaps = { memoryBytes: number; cpuMillis: number; processes: number }

/** Where BuildKit runs instructions, in the trees of cgroups. */
export type BuildPlace = {
  /** What the build is to say; undefined where the engine's own place is used. */
  cgroupParent: string | undefined
  /** Whether every process of BuildKit's runs below `paths`, also one that a foreign reader of Dockerfiles starts. */
  holdsAll: boolean
  paths: readonly string[]
}

/** Ours, at the top: systemd and the engine leave alone what they have not made. */
const ownPath = 'berth-builds'
/** The engine's, unless it was told another; with BuildKit's own folder in it. */
export const enginePath = 'docker'

/**
 * Undefined where nothing could hold BuildKit. With the systemd driver an engine puts each instruction beside its own
 * service, where no limit can wait for it; only newer ones can be told another place.
 */
export function findBuildPlace(
  { cgroupDriver, takesCgroupParent }: BuildkitTraits,
  { isEnginePath }: { isEnginePath: boolean },
): BuildPlace | undefined {
  const holdsAll = cgroupDriver === 'cgroupfs' && isEnginePath
  const engines = holdsAll ? [`${enginePath}/buildkit`] : []
  if (takesCgroupParent) return { cgroupParent: `/${ownPath}`, holdsAll, paths: [ownPath, ...engines] }
  return holdsAll ? { cgroupParent: undefined, holdsAll, paths: engines } : undefined
}

export type CgroupFolders = { version: 1; memory: string; cpu: string; pids: string } | { version: 2; folder: string }

/** Undefined where a controller is missing. A machine with both versions uses those of version 1. */
export function cgroupFoldersOf(path: string, mounts: readonly CgroupMount[]): CgroupFolders | undefined {
  const folderOf = (controller: string) => {
    const mount = mounts.find(({ controllers }) => controllers.includes(controller))
    return mount && `${mount.folder}/${path}`
  }
  const [memory, cpu, pids] = ['memory', 'cpu', 'pids'].map(folderOf)
  if (memory && cpu && pids) return { version: 1, memory, cpu, pids }
  const folder = memory || cpu || pids ? undefined : folderOf(unified)
  return folder === undefined ? undefined : { version: 2, folder }
}

export type CgroupWrite = {
  file: string
  value: string
  /** A kernel without accounting of swap has no such file. */
  isOptional?: boolean
}

const cpuPeriodMicroseconds = 100_000

/** In an order that the kernel takes, whether the limits before were higher or lower. */
export function planCaps(folders: CgroupFolders, { memoryBytes, cpuMillis, processes }: BuildCaps): CgroupWrite[] {
  const [memory, quota] = [String(memoryBytes), String(Math.round((cpuPeriodMicroseconds * cpuMillis) / 1000))]
  if (folders.version === 2) {
    return [
      { file: `${folders.folder}/memory.max`, value: memory },
      { file: `${folders.folder}/memory.swap.max`, value: '0', isOptional: true },
      { file: `${folders.folder}/cpu.max`, value: `${quota} ${cpuPeriodMicroseconds}` },
      { file: `${folders.folder}/pids.max`, value: String(processes) },
      yielding(folders.folder),
    ]
  }
  return [
    // Memory and swap together may never be below memory alone.
    { file: `${folders.memory}/memory.memsw.limit_in_bytes`, value: '-1', isOptional: true },
    { file: `${folders.memory}/memory.limit_in_bytes`, value: memory },
    { file: `${folders.memory}/memory.memsw.limit_in_bytes`, value: memory, isOptional: true },
    { file: `${folders.cpu}/cpu.cfs_period_us`, value: String(cpuPeriodMicroseconds) },
    { file: `${folders.cpu}/cpu.cfs_quota_us`, value: '-1' },
    // More than a cgroup above has is refused; then that one limits.
    { file: `${folders.cpu}/cpu.cfs_quota_us`, value: quota, isOptional: true },
    { file: `${folders.pids}/pids.max`, value: String(processes) },
    yielding(folders.cpu),
  ]
}

/**
 * Whoever answers a visitor takes the core from a build at once; a small share alone would let the build finish its slice of
 * about 3 ms first. Since Linux 5.15.
 */
const yielding = (folder: string): CgroupWrite => ({ file: `${folder}/cpu.idle`, value: '1', isOptional: true })

/** What no build that runs at this moment would notice, whoever's it is. */
export const trialCaps: BuildCaps = { memoryBytes: 1024 ** 4, cpuMillis: 1_000, processes: 4_194_304 }

/** What others build on this machine meets no limits of ours, once we are done. */
export function planRelease(folders: CgroupFolders): CgroupWrite[] {
  if (folders.version === 2) {
    const files = ['memory.max', 'memory.swap.max', 'cpu.max', 'pids.max']
    return [
      ...files.map((file) => ({ file: `${folders.folder}/${file}`, value: 'max', isOptional: true })),
      { ...yielding(folders.folder), value: '0' },
    ]
  }
  return [
    { file: `${folders.memory}/memory.memsw.limit_in_bytes`, value: '-1', isOptional: true },
    { file: `${folders.memory}/memory.limit_in_bytes`, value: '-1', isOptional: true },
    { file: `${folders.cpu}/cpu.cfs_quota_us`, value: '-1', isOptional: true },
    { file: `${folders.pids}/pids.max`, value: 'max', isOptional: true },
    { ...yielding(folders.cpu), value: '0' },
  ]
}
