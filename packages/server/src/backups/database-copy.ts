import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { backupPieceBytes, PlatformError } from '@berth/contract'

/** All pages in one step: in steps, each write in between would begin it anew. Nobody waits for it, it only reads. */
const allPages = 2 ** 31 - 1

export type DatabaseCopies = {
  /** Of a moment, whole, while others go on writing. False where the database is elsewhere. */
  make(id: string): Promise<boolean>
  /** Shorter at the end, and empty after it. */
  read(id: string, offset: number): Promise<Buffer>
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

  async function read(id: string, offset: number) {
    const file = await open(pathOf(id)).catch((cause: unknown) => {
      throw new PlatformError('not_found', 'There is no copy of the database for this backup', { cause })
    })
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(backupPieceBytes), 0, backupPieceBytes, offset)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  return { make, read, remove: (id) => rm(pathOf(id), { force: true }) }
}
