import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlatformError } from '@berth/contract'
import { belongsInBackup } from './backup-layout.ts'
import { type FolderFile, listFolder } from './folder-files.ts'

const attempts = 10

/** Copies the engine's state of its swarm while the engine writes it. */
export async function copySwarmState(from: string, to: string, signal: AbortSignal): Promise<void> {
  const look = async () => (await listFolder(from)).filter(({ path }) => belongsInBackup(path))
  for (let attempt = 1; attempt <= attempts; attempt++) {
    signal.throwIfAborted()
    await rm(to, { recursive: true, force: true })
    const before = await look()
    await copyFiles(before, { from, to })
    const quality = judgeCopy(before, await look())
    if (quality === 'whole' || (quality === 'grown' && attempt === attempts)) return
  }
  throw new PlatformError('engine_failed', 'The state of the swarm changes too fast to be copied', {
    hint: 'Try again in a minute',
  })
}

/**
 * `whole`: nothing was written meanwhile. `grown`: only the newest part of the log was, so at worst its end is torn, which the
 * engine cuts off when it starts as after a power failure. `mixed`: files that do not belong together.
 */
export function judgeCopy(before: readonly FolderFile[], after: readonly FolderFile[]): 'whole' | 'grown' | 'mixed' {
  if (before.length !== after.length) return 'mixed'
  const changed = before.filter((file, index) => {
    const later = after[index]
    return later?.path !== file.path || later.sizeBytes !== file.sizeBytes || later.changedAtNs !== file.changedAtNs
  })
  if (changed.length === 0) return 'whole'
  const newest = before.findLast(({ path }) => path.endsWith('.wal'))
  const isSamePaths = before.every(({ path }, index) => after[index]?.path === path)
  return isSamePaths && changed.length === 1 && changed[0] === newest ? 'grown' : 'mixed'
}

async function copyFiles(files: readonly FolderFile[], { from, to }: { from: string; to: string }): Promise<void> {
  for (const { path } of files) {
    await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 })
    await copyFile(join(from, path), join(to, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error // Gone meanwhile: the comparison sees it.
    })
  }
}
