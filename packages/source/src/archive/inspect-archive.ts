import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ArchiveOptions } from './archive-limits.ts'
import { type ArchiveListing, walkArchive } from './walk-archive.ts'

/** What an archive holds, having read all of it: one that passes here can be unpacked. Writes nothing. */
export function inspectArchive(path: string, options: ArchiveOptions = {}): Promise<ArchiveListing> {
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })
  return walkArchive(path, options, (_, content) => pipeline(content, nowhere(), { signal: options.signal }))
}
