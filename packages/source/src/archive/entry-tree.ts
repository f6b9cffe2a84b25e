import type { ArchiveEntry, ArchiveEntryKind } from './archive-entry.ts'
import { entryFault } from './archive-fault.ts'

type Place = { path: string; kind: ArchiveEntryKind; isImplied: boolean }

/** Every path of an archive once, also on a machine that takes `README` and `readme` for the same file. */
export function createEntryTree() {
  const places = new Map<string, Place>()

  function claim(path: string, kind: ArchiveEntryKind, isImplied: boolean): void {
    const key = path.normalize('NFC').toLowerCase()
    const found = places.get(key)
    if (!found) return void places.set(key, { path, kind, isImplied })
    if (found.path !== path) throw entryFault(path, `which differs from ${JSON.stringify(found.path)} only in its case`)
    if (found.kind !== kind) throw entryFault(path, `both as a ${kindWords[found.kind]} and as a ${kindWords[kind]}`)
    if (kind !== 'folder') throw entryFault(path, 'twice')
  }

  function add({ path, kind }: Pick<ArchiveEntry, 'path' | 'kind'>): void {
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) claim(path.slice(0, at), 'folder', true)
    claim(path, kind, false)
  }

  return { add }
}

const kindWords: Record<ArchiveEntryKind, string> = {
  file: 'file',
  folder: 'folder',
  link: 'link',
  hardlink: 'file',
}
