import { posix } from 'node:path'
import { type CgroupFiles, type CgroupMount, filesOfVersion1, filesOfVersion2, unified } from './cgroup-files.ts'

/** The cgroup that a machine in a container is in, as a whole. */
export type OwnCgroup = {
  files: CgroupFiles
  /** Version 1 keeps quota and period apart; version 2 has both in one file. */
  cpuLimit: readonly string[]
  swap: string
  /** Version 1 has none of its own. */
  pressure: { cpu: string; memory: string; io: string } | undefined
}

/**
 * Undefined on a machine that is nobody's container. There, the mounted hierarchy begins at the kernel's own root, which
 * on version 2 has no `cgroup.type`.
 */
export function findOwnCgroup(
  mounts: readonly CgroupMount[],
  exists: (path: string) => boolean,
): OwnCgroup | undefined {
  const mountOf = (controller: string) => mounts.find(({ controllers }) => controllers.includes(controller))
  const memory = mountOf('memory')
  const cpu = mountOf('cpuacct')
  if (memory && cpu) {
    if (memory.root === '/') return undefined
    const limits = mountOf('cpu')?.folder ?? cpu.folder
    return ownOfVersion1({ memory: memory.folder, cpu: cpu.folder, disks: mountOf('blkio')?.folder }, limits)
  }
  const folder = mountOf(unified)?.folder
  return folder && exists(posix.join(folder, 'cgroup.type')) ? ownOfVersion2(folder) : undefined
}

const ownOfVersion1 = (folders: Parameters<typeof filesOfVersion1>[0], limits: string): OwnCgroup => ({
  files: filesOfVersion1(folders),
  cpuLimit: [`${limits}/cpu.cfs_quota_us`, `${limits}/cpu.cfs_period_us`],
  swap: `${folders.memory}/memory.stat`,
  pressure: undefined,
})

const ownOfVersion2 = (folder: string): OwnCgroup => ({
  files: filesOfVersion2(folder),
  cpuLimit: [`${folder}/cpu.max`],
  swap: `${folder}/memory.swap.current`,
  pressure: { cpu: `${folder}/cpu.pressure`, memory: `${folder}/memory.pressure`, io: `${folder}/io.pressure` },
})

/** Quota and period, in one text or one after the other; null where there is no limit (`max` or -1). */
export function parseCpuLimitMillis(text: string): number | null {
  const [quota = Number.NaN, period = Number.NaN] = text.trim().split(/\s+/).map(Number)
  return quota > 0 && period > 0 ? Math.round((quota / period) * 1000) : null
}

export const parseSwapBytes = (version: 1 | 2, text: string): number =>
  version === 1 ? Number(/^total_swap (\d+)$/m.exec(text)?.[1] ?? 0) : Number.parseInt(text, 10) || 0
