import { posix } from 'node:path'

/** A mounted cgroup hierarchy: its `root` inside the kernel's tree appears at `folder`. */
export type CgroupMount = { controllers: readonly string[]; root: string; folder: string }

/** The `unified` hierarchy of version 2 goes by the controller name ''. */
export const unified = ''

/** The hierarchies found below `under`, from a /proc/<pid>/mountinfo. */
export function parseCgroupMounts(mountinfoText: string, under: string): CgroupMount[] {
  return mountinfoText.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ')
    const [, , , root = '', folder = ''] = left.split(' ')
    const [type = '', , superOptions = ''] = right.split(' ')
    if (folder !== under && !folder.startsWith(`${under}/`)) return []
    if (type === 'cgroup2') return [{ controllers: [unified], root, folder }]
    return type === 'cgroup' ? [{ controllers: superOptions.split(','), root, folder }] : []
  })
}

/** Where the figures of one cgroup are. */
export type CgroupFiles = {
  version: 1 | 2
  memoryUsage: string
  memoryStat: string
  memoryLimit: string
  cpuUsage: string
  /** Undefined where disks are not accounted for. */
  disks: string | undefined
  outOfMemory: string
}

/**
 * `cgroupText` is the instance's /proc/<pid>/cgroup. On a machine with both versions the controllers of version 1 are
 * the ones in use. Undefined if the hierarchies are not mounted here.
 */
export function findCgroupFiles(cgroupText: string, mounts: readonly CgroupMount[]): CgroupFiles | undefined {
  const memory = folderOf('memory', cgroupText, mounts)
  const cpu = folderOf('cpuacct', cgroupText, mounts)
  if (memory && cpu) return filesOfVersion1({ memory, cpu, disks: folderOf('blkio', cgroupText, mounts) })
  const both = folderOf(unified, cgroupText, mounts)
  return both ? filesOfVersion2(both) : undefined
}

export const filesOfVersion1 = (folders: { memory: string; cpu: string; disks: string | undefined }): CgroupFiles => ({
  version: 1,
  memoryUsage: `${folders.memory}/memory.usage_in_bytes`,
  memoryStat: `${folders.memory}/memory.stat`,
  memoryLimit: `${folders.memory}/memory.limit_in_bytes`,
  cpuUsage: `${folders.cpu}/cpuacct.usage`,
  disks: folders.disks && `${folders.disks}/blkio.throttle.io_service_bytes_recursive`,
  outOfMemory: `${folders.memory}/memory.oom_control`,
})

export const filesOfVersion2 = (folder: string): CgroupFiles => ({
  version: 2,
  memoryUsage: `${folder}/memory.current`,
  memoryStat: `${folder}/memory.stat`,
  memoryLimit: `${folder}/memory.max`,
  cpuUsage: `${folder}/cpu.stat`,
  disks: `${folder}/io.stat`,
  outOfMemory: `${folder}/memory.events`,
})

/** The page cache that the kernel takes back first does not count; version 1 says `total_` for a cgroup with its children. */
export function parseWorkingSetBytes(version: 1 | 2, usageText: string, statText: string): number {
  const inactiveFile = numberAfter(statText, version === 1 ? 'total_inactive_file' : 'inactive_file')
  return Math.max(Number.parseInt(usageText, 10) - inactiveFile, 0)
}

export function parseCpuMicros(version: 1 | 2, text: string): number {
  return version === 1 ? Number.parseInt(text, 10) / 1000 : numberAfter(text, 'usage_usec')
}

/** Null for none: version 2 says `max`, version 1 a number that no machine has. */
export function parseMemoryLimitBytes(text: string, machineBytes: number): number | null {
  const limitBytes = Number.parseInt(text, 10)
  return limitBytes < machineBytes ? limitBytes : null
}

/** `memory.oom_control` or `memory.events`; null before Linux 4.13. */
export function parseCgroupKills(text: string): number | null {
  const found = /^oom_kill (\d+)$/m.exec(text)?.[1]
  return found === undefined ? null : Number(found)
}

function folderOf(controller: string, cgroupText: string, mounts: readonly CgroupMount[]): string | undefined {
  const path = cgroupText
    .split('\n')
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .find((match) => match?.[1]?.split(',').includes(controller))?.[2]
  const mount = mounts.find(({ controllers }) => controllers.includes(controller))
  if (path === undefined || !mount) return undefined
  const inside = posix.relative(mount.root, path)
  // Outside of what is mounted: the agent has a cgroup namespace of its own, and the path cannot be known.
  return inside.startsWith('..') || path.startsWith('/..') ? undefined : posix.join(mount.folder, inside)
}

/** Matches a whole key at the start of a line: `inactive_file` must not find `total_inactive_file`. */
function numberAfter(text: string, key: string): number {
  const start = text.startsWith(`${key} `) ? 0 : text.indexOf(`\n${key} `) + 1
  if (start === 0 && !text.startsWith(`${key} `)) return 0
  return Number.parseInt(text.slice(start + key.length + 1), 10)
}
