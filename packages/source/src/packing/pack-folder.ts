import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { formatBytes, PlatformError } from '@berth/contract'
import { type Pack, pack } from 'tar-stream'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { defaultArchiveLimits } from '../archive/archive-limits.ts'
import { countingStream } from '../archive/counting-stream.ts'
import { listLargestParts } from './largest-parts.ts'
import { tooLarge } from './packing-size.ts'
import type { PackingPlan } from './plan-packing.ts'

export type PackingProgress = { readBytes: number; totalBytes: number; packedBytes: number }

export type PackOptions = {
  packedLimitBytes?: number
  onProgress?(progress: PackingProgress): void
  signal?: AbortSignal
}

/** What was planned as a tar.gz. Nothing is read before somebody reads from it. */
export function packFolder(plan: PackingPlan, options: PackOptions = {}): Readable {
  const { packedLimitBytes = defaultArchiveLimits.packedBytes, onProgress, signal } = options
  const progress = { readBytes: 0, totalBytes: plan.totalBytes, packedBytes: 0 }
  const tar = pack()
  const packed = countingStream((bytes) => {
    progress.packedBytes += bytes
    if (progress.packedBytes > packedLimitBytes) throw packsTooLarge(plan, packedLimitBytes)
    onProgress?.({ ...progress })
  })
  const onRead = (bytes: number) => {
    progress.readBytes += bytes
  }
  const source = tar as unknown as NodeJS.ReadableStream
  // The reader of the last stream is told; here is nobody to tell.
  pipeline(source, createGzip(), packed, { signal }).catch((error) => packed.destroy(error))
  addEntries(tar, plan, onRead).catch((error) => tar.destroy(error))
  return packed
}

async function addEntries(tar: Pack, { folder, entries }: PackingPlan, onRead: (bytes: number) => void): Promise<void> {
  for (const entry of entries) {
    if (tar.destroying) return
    if (entry.kind === 'file') await addFile(tar, join(folder, entry.path), { entry, onRead })
    else tar.entry(headerOf(entry), '')
  }
  tar.finalize()
}

/** Nobody's names, ids or rights: two people who pack the same folder send the same. */
const headerOf = ({ path, kind, sizeBytes, isExecutable, modifiedAtMs, target }: ArchiveEntry) => ({
  name: path,
  type: ({ file: 'file', folder: 'directory', link: 'symlink', hardlink: 'link' } as const)[kind],
  size: sizeBytes,
  mode: kind === 'folder' || isExecutable ? 0o755 : 0o644,
  mtime: new Date(modifiedAtMs),
  linkname: target ?? undefined,
})

type Adding = { entry: ArchiveEntry; onRead(bytes: number): void }

async function addFile(tar: Pack, path: string, { entry, onRead }: Adding): Promise<void> {
  if (entry.sizeBytes === 0) return void tar.entry(headerOf(entry), '')
  // Not through a link that somebody put in its place meanwhile.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const content = file.createReadStream({ end: entry.sizeBytes - 1, autoClose: false })
    const sink = tar.entry(headerOf(entry)) as unknown as NodeJS.WritableStream
    await pipeline(content, countingStream(onRead), wholeStream(entry), sink)
  } finally {
    await file.close()
  }
}

/** The size was told before the content: less of it would shift all that follows. */
function wholeStream({ path, sizeBytes }: ArchiveEntry): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      bytes += chunk.length
      done(null, chunk)
    },
    flush: (done) => done(bytes === sizeBytes ? null : becameShorter(path)),
  })
}

const becameShorter = (path: string) =>
  new PlatformError('source_invalid', `${path} became shorter while it was read`, {
    hint: 'Something writes in the folder, a build or a log: leave that out with .dockerignore, or try again',
  })

function packsTooLarge({ entries }: PackingPlan, limitBytes: number): PlatformError {
  const words = `The folder packs to more than the ${formatBytes(limitBytes)} that are allowed`
  return tooLarge(
    words,
    listLargestParts(entries, ({ sizeBytes }) => sizeBytes),
    formatBytes,
  )
}
