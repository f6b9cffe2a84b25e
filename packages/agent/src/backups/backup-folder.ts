import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BackupFile, backupPieceBytes, PlatformError, parseBackupName } from '@berth/contract'
import { planPruning } from './backup-plan.ts'

export type BackupFolder = ReturnType<typeof backupFolder>

/** The backups on this machine's disk: its own and copies of other machines'. Whole files only have a backup's name. */
export function backupFolder(folder: string) {
  const pathOf = (name: string) => join(folder, name)
  /** What is being written; never listed. */
  const draftOf = (name: string) => join(folder, `${name}.draft`)

  async function list(): Promise<BackupFile[]> {
    const names = (await readdir(folder).catch(emptyIfMissing)).filter((name) => parseBackupName(name))
    return Promise.all(names.map(async (name) => ({ name, sizeBytes: (await stat(pathOf(name))).size })))
  }

  async function read(name: string, offset: number): Promise<Buffer> {
    const file = await open(pathOf(name)).catch((cause: unknown) => {
      throw new PlatformError('not_found', `There is no backup ${name} on this machine`, { cause })
    })
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(backupPieceBytes), 0, backupPieceBytes, offset)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  /** Makes a whole backup of a draft. */
  async function adopt(name: string): Promise<BackupFile> {
    await rename(draftOf(name), pathOf(name))
    for (const old of planPruning(await list())) await rm(pathOf(old), { force: true })
    return { name, sizeBytes: (await stat(pathOf(name))).size }
  }

  /** A piece that does not continue what is there belongs to another attempt. */
  async function append(name: string, { offset, piece }: { offset: number; piece: Buffer }): Promise<void> {
    await prepare()
    const file = await open(draftOf(name), offset === 0 ? 'w' : 'a', 0o600)
    try {
      const { size } = await file.stat()
      if (size !== offset) throw new PlatformError('conflict', `${size} bytes of ${name} are here, not ${offset}`)
      await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  const prepare = () => mkdir(folder, { recursive: true, mode: 0o700 })

  return { folder, list, read, adopt, append, draftOf, prepare }
}

function emptyIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
