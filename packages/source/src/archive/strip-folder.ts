import type { ArchiveEntry } from './archive-entry.ts'

type Stripped = { strippedFolder: string | null; entries: ArchiveEntry[] }

/** Archives of GitHub, and of whoever packed a folder instead of what is in it, hold one folder and nothing beside it. */
export function stripFolder(entries: readonly ArchiveEntry[]): Stripped {
  const tops = new Set(entries.map(({ path }) => path.split('/', 1)[0] ?? ''))
  const [top = ''] = tops
  const isFolder = entries.every(({ path, kind }) => path !== top || kind === 'folder')
  const hasFiles = entries.some(({ kind }) => kind !== 'folder')
  if (tops.size !== 1 || !isFolder || !hasFiles) return { strippedFolder: null, entries: [...entries] }
  const within = entries.filter(({ path }) => path !== top)
  const strip = (path: string) => path.slice(top.length + 1)
  return {
    strippedFolder: top,
    entries: within.map((entry) => ({
      ...entry,
      path: strip(entry.path),
      target: entry.kind === 'hardlink' && entry.target !== null ? strip(entry.target) : entry.target,
    })),
  }
}
