import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { BuildRequest } from '@berth/contract'
import { unpackArchive } from '@berth/source'
import type { FetchFile } from '../server-link/fetch-file.ts'
import { fetchRepository } from './repository/fetch-repository.ts'
import type { Listener } from './repository/git-client.ts'

/** The source, as files in a folder. Throws `archive_invalid`, or `RepositoryRefused`. */
export async function fetchSource(
  folder: string,
  { buildId, source, repository }: BuildRequest,
  { fetchFile, ...listener }: { fetchFile: FetchFile } & Listener,
  signal: AbortSignal,
): Promise<string> {
  if (source.kind === 'git') {
    const { url, ref } = source
    return fetchRepository(folder, { url, ref, credentials: repository }, listener, signal)
  }
  const [archive, unpacked] = [join(folder, 'archive'), join(folder, 'source')]
  const pieces = fetchFile({ kind: 'source', id: buildId }, signal)
  await pipeline(pieces, createWriteStream(archive, { mode: 0o600 }), { signal })
  await unpackArchive(archive, unpacked, { signal })
  await rm(archive)
  return unpacked
}
