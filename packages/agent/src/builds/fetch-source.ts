import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BuildRequest } from '@berth/contract'
import { unpackArchive } from '@berth/source'
import { fetchRepository } from './repository/fetch-repository.ts'
import type { Listener } from './repository/git-client.ts'

/** A piece of the archive from the server; empty at its end. */
export type ReadPiece = (piece: { buildId: string; offset: number }, signal: AbortSignal) => Promise<Buffer>

/** The source, as files in a folder. Throws `archive_invalid`, or `RepositoryRefused`. */
export async function fetchSource(
  folder: string,
  { buildId, source, repository }: BuildRequest,
  { readPiece, ...listener }: { readPiece: ReadPiece } & Listener,
  signal: AbortSignal,
): Promise<string> {
  if (source.kind === 'git') {
    const { url, ref } = source
    return fetchRepository(folder, { url, ref, credentials: repository }, listener, signal)
  }
  const [archive, unpacked] = [join(folder, 'archive'), join(folder, 'source')]
  await pipeline(Readable.from(pieces(buildId, readPiece, signal)), createWriteStream(archive, { mode: 0o600 }), {
    signal,
  })
  await unpackArchive(archive, unpacked, { signal })
  await rm(archive)
  return unpacked
}

async function* pieces(buildId: string, readPiece: ReadPiece, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (let offset = 0; ; ) {
    const piece = await readPiece({ buildId, offset }, signal)
    if (piece.length === 0) return
    offset += piece.length
    yield piece
  }
}
