import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { PlatformError } from '@berth/contract'

/** All pages in one step: in steps, each write in between would begin it anew. Nobody waits for it, it only reads. */
const allPages = 2 ** 31 - 1

export type DatabaseCopies = {
  /** Of a moment, whole, while others go on writing. False where the database is elsewhere. */
  make(id: string): Promise<boolean>
  /** To be closed by the caller. */
  open(id: string): Promise<FileHandle>
  remove(id: string): Promise<void>
}

export function databaseCopies({ databasePath, folder }: { databasePath?: string; folder: string }): DatabaseCopies {
  const pathOf = (id: string) => join(folder, `${id}.db`)

  async function make(id: string) {
    if (databasePath === undefined) return false
    // What a server that was killed has left.
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const source = new DatabaseSync(databasePath, { readOnly: true })
    try {
      await backup(source, pathOf(id), { rate: allPages })
    } finally {
      source.close()
    }
    return true
  }

  const openCopy = (id: string) =>
    open(pathOf(id)).catch((cause: unknown) => {
      throw new PlatformError('not_found', 'There is no copy of the database for this backup', { cause })
    })

  return { make, open: openCopy, remove: (id) => rm(pathOf(id), { force: true }) }
}
