import { createDecipheriv } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { PlatformError } from '@berth/contract'
import { extract } from 'tar-stream'
import type { BackupEntry } from './backup-layout.ts'
import { backupMagic, nonceBytes, tagBytes } from './write-backup-file.ts'

const safeName = /^(?!.*\.\.)[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/

/**
 * Reads a backup to its end, into a folder if one is given, and answers with what is in it. Throws where it was not sealed
 * with this key or is damaged anywhere, which shows only at its end: what is in the folder by then is worth nothing.
 */
export async function readBackupFile(
  path: string,
  { key, into }: { key: Buffer; into?: string },
  signal: AbortSignal,
): Promise<BackupEntry[]> {
  const { nonce, tag, end } = await readFrame(path)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(backupMagic)
  decipher.setAuthTag(tag)
  const archive = extract()
  const sealed = createReadStream(path, { start: backupMagic.length + nonceBytes, end })
  const entries: BackupEntry[] = []
  try {
    await Promise.all([
      pipeline(sealed, decipher, createGunzip(), archive, { signal }),
      (async () => {
        for await (const entry of archive) {
          const { name, size = 0 } = entry.header
          await unpack(entry, { name, into })
          entries.push({ name, sizeBytes: size })
        }
      })(),
    ])
  } catch (cause) {
    signal.throwIfAborted()
    throw unreadable(path, cause)
  }
  return entries
}

async function readFrame(path: string): Promise<{ nonce: Buffer; tag: Buffer; end: number }> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(backupMagic.length + nonceBytes)
    const tag = Buffer.alloc(tagBytes)
    if (size <= head.length + tagBytes) throw unreadable(path)
    await file.read(head, 0, head.length, 0)
    await file.read(tag, 0, tagBytes, size - tagBytes)
    if (!head.subarray(0, backupMagic.length).equals(backupMagic)) throw unreadable(path)
    return { nonce: head.subarray(backupMagic.length), tag, end: size - tagBytes - 1 }
  } finally {
    await file.close()
  }
}

type Content = AsyncIterable<unknown>

async function unpack(entry: Content, { name, into }: { name: string; into: string | undefined }): Promise<void> {
  if (!safeName.test(name)) throw new Error(`A name that no backup has: ${name}`)
  if (into === undefined) return pipeline(entry, nowhere())
  const path = join(into, name)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(entry, createWriteStream(path, { mode: 0o600 }))
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })

const unreadable = (path: string, cause?: unknown) =>
  new PlatformError('conflict', `${path} cannot be read as a backup of this cluster`, {
    hint: 'It is damaged, or was sealed with the key of another cluster; take another one of the list',
    cause,
  })
