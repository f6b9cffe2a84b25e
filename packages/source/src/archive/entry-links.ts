import type { ArchiveEntry } from './archive-entry.ts'
import { entryFault } from './archive-fault.ts'

/** More than any system follows, so what turns in circles leads nowhere. */
const mostHops = 64

/** Refuses links that lead out of the archive, also by way of other links; dangling ones are harmless. */
export function checkLinks(entries: readonly ArchiveEntry[]): void {
  const links = new Map(entries.flatMap(({ kind, path, target }) => (kind === 'link' ? [[path, target ?? '']] : [])))
  const files = new Set(entries.flatMap(({ kind, path }) => (kind === 'file' ? [path] : [])))
  for (const { kind, path, target } of entries) {
    if (kind === 'hardlink' && !files.has(target ?? '')) {
      throw entryFault(path, `a hard link to ${JSON.stringify(target)}, which is no file of the archive`)
    }
    if (kind === 'link' && leadsOut(path, links)) {
      throw entryFault(path, `a link to ${JSON.stringify(target)}, which is outside of it`)
    }
  }
}

/** Walks as a system does, link by link: `..` after a link is the parent of where that one led. */
export function leadsOut(path: string, links: ReadonlyMap<string, string>): boolean {
  const here: string[] = []
  let ahead = path.split('/')
  let hops = 0
  while (ahead.length > 0) {
    const [segment = '', ...rest] = ahead
    ahead = rest
    if (segment === '' || segment === '.') continue
    if (segment === '..' && here.pop() === undefined) return true
    if (segment === '..') continue
    const target = links.get([...here, segment].join('/'))
    if (target === undefined) here.push(segment)
    else if (target.startsWith('/')) return true
    else if (++hops > mostHops) return false
    else ahead = [...target.split('/'), ...ahead]
  }
  return false
}
