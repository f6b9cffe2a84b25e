import { createWriteStream } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type BackupFile, type BackupRequest, backupNameOf, PlatformError } from '@berth/contract'
import {
  backupFolders,
  copySwarmState,
  databaseFile,
  hasSwarmState,
  listFolder,
  readBackupFile,
  writeBackupFile,
} from '@berth/engine'
import type { FetchFile } from '../server-link/fetch-file.ts'
import type { BackupFolder } from './backup-folder.ts'

export type WriteDeps = {
  backups: BackupFolder
  /** Where this machine's engine keeps its state of the swarm. */
  swarmFolder: string
  fetchFile: FetchFile
  now(): number
}

/** Gathers, packs, reads back what was packed, and only then gives it a backup's name. */
export async function writeBackup(
  request: BackupRequest,
  { backups, swarmFolder, fetchFile, now }: WriteDeps,
  signal: AbortSignal,
): Promise<BackupFile> {
  const name = backupNameOf({ machine: request.machine, createdAt: new Date(now()) })
  const [draft, gathered] = [backups.draftOf(name), join(backups.folder, '.gathered')]
  const key = Buffer.from(request.keyBase64, 'base64')
  await backups.prepare()
  try {
    await rm(gathered, { recursive: true, force: true })
    await copySwarmState(swarmFolder, join(gathered, backupFolders.swarm), signal)
    await writeState(join(gathered, backupFolders.state), request)
    if (request.hasDatabase) await fetchDatabase(join(gathered, backupFolders.database), request, fetchFile, signal)
    await writeBackupFile(draft, { folder: gathered, key }, signal)
    await verify(draft, { gathered, key }, signal)
    return await backups.adopt(name)
  } finally {
    await rm(gathered, { recursive: true, force: true })
    await rm(draft, { force: true })
  }
}

async function writeState(folder: string, { stateFiles }: BackupRequest): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(stateFiles)) await writeFile(join(folder, name), text, { mode: 0o600 })
}

async function fetchDatabase(
  folder: string,
  { backupId }: BackupRequest,
  fetchFile: FetchFile,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pieces = fetchFile({ kind: 'database', id: backupId }, signal)
  await pipeline(pieces, createWriteStream(join(folder, databaseFile), { mode: 0o600 }), { signal })
}

async function verify(
  draft: string,
  { gathered, key }: { gathered: string; key: Buffer },
  signal: AbortSignal,
): Promise<void> {
  const read = await readBackupFile(draft, { key }, signal)
  const wanted = await listFolder(gathered)
  const isSame =
    read.length === wanted.length &&
    wanted.every(({ path, sizeBytes }, index) => read[index]?.name === path && read[index].sizeBytes === sizeBytes)
  if (!isSame) throw new PlatformError('engine_failed', 'What was written as a backup is not what was read back')
  if (hasSwarmState(read)) return
  throw new PlatformError('conflict', 'This machine has no state of the cluster to back up', {
    hint: 'Only managers have it, and their agent sees it after `berth up` on the first machine',
  })
}
