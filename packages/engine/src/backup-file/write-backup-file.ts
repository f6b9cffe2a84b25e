import { createCipheriv, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Pack, pack } from 'tar-stream'
import { type FolderFile, listFolder } from './folder-files.ts'

/** First bytes of a backup; also authenticated, so that another version of the format is never taken for this one. */
export const backupMagic = Buffer.from('BERTHBACKUP1\n')
export const nonceBytes = 12
export const tagBytes = 16

/** Packs a folder into one file: magic, nonce, tar.gz under AES-256-GCM, tag. It is on the disk when this resolves. */
export async function writeBackupFile(
  path: string,
  { folder, key }: { folder: string; key: Buffer },
  signal: AbortSignal,
): Promise<void> {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(backupMagic)
  const archive = pack()
  const packed = packFiles(archive, folder, signal).catch((error: Error) => void archive.destroy(error))
  async function* framed(sealed: AsyncIterable<Buffer>) {
    yield Buffer.concat([backupMagic, nonce])
    yield* sealed
    yield cipher.getAuthTag()
  }
  await pipeline(archive, createGzip(), cipher, framed, createWriteStream(path, { mode: 0o600, flush: true }), {
    signal,
  })
  await packed
}

async function packFiles(archive: Pack, folder: string, signal: AbortSignal): Promise<void> {
  for (const file of await listFolder(folder)) await packFile(archive, { folder, file }, signal)
  archive.finalize()
}

async function packFile(
  archive: Pack,
  { folder, file }: { folder: string; file: FolderFile },
  signal: AbortSignal,
): Promise<void> {
  const entry = archive.entry({ name: file.path, size: file.sizeBytes, mode: 0o600 })
  await pipeline(createReadStream(join(folder, file.path)), entry, { signal })
}
