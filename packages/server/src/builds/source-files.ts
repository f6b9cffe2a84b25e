import { createWriteStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { formatBytes, mostArchiveBytes, PlatformError } from '@berth/contract'

/** The archives that builds are made from, on the server's own disk, from their upload until their build has ended. */
export interface SourceFiles {
  /** Whole or not at all. Throws `request_too_large`, and `conflict` where the disk has no room. */
  receive(buildId: string, bytes: Readable, signal: AbortSignal): Promise<{ path: string; sizeBytes: number }>
  /** To be closed by the caller. Throws `build_not_found`. */
  open(buildId: string): Promise<FileHandle>
  remove(buildId: string): Promise<void>
  /** Removes the archives of all other builds. */
  keepOnly(buildIds: ReadonlySet<string>): Promise<void>
}

/** So much is left for the database on the same disk. */
const reservedBytes = 256 * 1024 ** 2
const partial = '.part'

export function sourceFiles(folder: string, maxBytes = mostArchiveBytes): SourceFiles {
  const pathOf = (buildId: string) => join(folder, buildId)
  const arriving = new Set<string>()

  const receive: SourceFiles['receive'] = async (buildId, bytes, signal) => {
    if (arriving.has(buildId)) throw new PlatformError('conflict', 'This build is being sent its source already')
    arriving.add(buildId)
    const [path, draft] = [pathOf(buildId), `${pathOf(buildId)}${partial}`]
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await refuseFullDisk(folder, maxBytes)
      const file = createWriteStream(draft, { mode: 0o600, flush: true })
      const sizeBytes = await copyAtMost(maxBytes, bytes, file, signal)
      await rename(draft, path)
      return { path, sizeBytes }
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    } finally {
      arriving.delete(buildId)
    }
  }

  const openSource: SourceFiles['open'] = (buildId) =>
    open(pathOf(buildId)).catch((cause: unknown) => {
      throw new PlatformError('build_not_found', `The source of build ${buildId} is not here`, { cause })
    })

  const keepOnly: SourceFiles['keepOnly'] = async (buildIds) => {
    const names = await readdir(folder).catch(() => [])
    const others = names.filter((name) => !buildIds.has(name.replace(partial, '')))
    await Promise.all(others.map((name) => rm(join(folder, name), { force: true })))
  }

  return { receive, open: openSource, keepOnly, remove: (buildId) => rm(pathOf(buildId), { force: true }) }
}

async function copyAtMost(
  maxBytes: number,
  bytes: Readable,
  file: ReturnType<typeof createWriteStream>,
  signal: AbortSignal,
): Promise<number> {
  let sizeBytes = 0
  const counted = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      sizeBytes += piece.length
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
      yield piece
    }
  }
  await pipeline(bytes, counted, file, { signal })
  return sizeBytes
}

async function refuseFullDisk(folder: string, maxBytes: number) {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize > Math.min(maxBytes, 64 * 1024 ** 2) + reservedBytes) return
  throw new PlatformError('conflict', `The server's disk has only ${formatBytes(bavail * bsize)} left`, {
    hint: 'Make room on the machine that runs the server: berth disk shows what Berth could remove',
  })
}

const tooLarge = (maxBytes: number) =>
  new PlatformError('request_too_large', `The archive has more than ${formatBytes(maxBytes)}`, {
    hint: 'Leave out what is not needed to build, by .dockerignore or .gitignore',
  })
