import { link, mkdir, open, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { ArchiveEntry } from './archive-entry.ts'
import type { ArchiveOptions } from './archive-limits.ts'
import { type ArchiveListing, walkArchive } from './walk-archive.ts'

/** Unpacks into a folder that must not exist yet. It appears whole or not at all: what fails leaves nothing behind. */
export async function unpackArchive(
  path: string,
  folder: string,
  options: ArchiveOptions = {},
): Promise<ArchiveListing> {
  const draft = `${folder}.unpacking`
  await mkdir(folder)
  try {
    await mkdir(draft)
    const listing = await fillDraft(path, draft, options)
    options.signal?.throwIfAborted()
    await rename(join(draft, listing.strippedFolder ?? ''), folder)
    return listing
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function fillDraft(path: string, draft: string, options: ArchiveOptions): Promise<ArchiveListing> {
  const made = new Set<string>()
  const makeFolder = async (folder: string) => {
    if (made.has(folder)) return
    await mkdir(folder, { recursive: true })
    made.add(folder)
  }
  const listing = await walkArchive(path, options, async (entry, content) => {
    const file = join(draft, entry.path)
    await makeFolder(dirname(file))
    await writeContent(file, entry, { content, signal: options.signal })
  })
  const root = join(draft, listing.strippedFolder ?? '')
  for (const { kind, path } of listing.entries) if (kind === 'folder') await makeFolder(join(root, path))
  await makeLinks(root, listing.entries, makeFolder)
  return listing
}

type Content = { content: Readable; signal: AbortSignal | undefined }

async function writeContent(path: string, entry: ArchiveEntry, { content, signal }: Content): Promise<void> {
  const file = await open(path, 'wx', entry.isExecutable ? 0o755 : 0o644)
  try {
    await file.writeFile(content, { signal })
    // Kept, since servers of static files tell browsers by it what is new.
    await file.utimes(entry.modifiedAtMs / 1000, entry.modifiedAtMs / 1000)
  } finally {
    await file.close()
  }
}

/** Last, when all have been checked together: until then there is none that a file could be written through. */
async function makeLinks(
  root: string,
  entries: readonly ArchiveEntry[],
  makeFolder: (folder: string) => Promise<void>,
) {
  for (const { kind, path, target } of entries) {
    if (target === null || (kind !== 'link' && kind !== 'hardlink')) continue
    const place = join(root, path)
    await makeFolder(dirname(place))
    if (kind === 'link') await symlink(target, place)
    else await link(join(root, target), place)
  }
}
