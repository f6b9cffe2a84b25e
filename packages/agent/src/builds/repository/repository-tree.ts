import { formatBytes } from '@berth/contract'
import { type ArchiveLimits, findNameFault, leadsOut } from '@berth/source'
import { RepositoryRefused } from './repository-failure.ts'

export type RepositoryLimits = Pick<ArchiveLimits, 'entryCount' | 'expandedBytes'>

export type RepositoryTree = {
  fileCount: number
  totalBytes: number
  /** Paths of symbolic ones. */
  links: string[]
  submodules: string[]
}

const longestRecord = 65_536

const sizeHint = 'Leave out of the repository what the app does not need to be built: build results, media, data'

export const tooManyBytes = ({ expandedBytes }: RepositoryLimits) =>
  new RepositoryRefused(`The repository has more than the ${formatBytes(expandedBytes)} that are allowed`, sizeHint)

const tooManyEntries = ({ entryCount }: RepositoryLimits) =>
  new RepositoryRefused(`The repository holds more than the ${entryCount} files and folders that are allowed`, sizeHint)

/**
 * Reads what `git ls-tree -rtlz` lists, as it comes, and throws at the first thing that is wrong: before any file is
 * written, and while a tree that has no end is still being listed.
 */
export function createTreeReader(limits: RepositoryLimits) {
  const tree: RepositoryTree = { fileCount: 0, totalBytes: 0, links: [], submodules: [] }
  let entryCount = 0
  let begun: Buffer = Buffer.alloc(0)

  function take(record: string): void {
    const [, mode = '', size = '', path = ''] = /^(\d+) \w+ [0-9a-f]+ +(\d+|-)\t(.*)$/s.exec(record) ?? []
    const fault = findNameFault(path)
    if (fault) throw new RepositoryRefused(`The repository holds ${quote(path)}, ${fault}`, 'Rename it')
    entryCount += 1
    if (entryCount > limits.entryCount) throw tooManyEntries(limits)
    if (mode === '120000') tree.links.push(path)
    if (mode === '160000') tree.submodules.push(path)
    if (size === '-') return
    tree.fileCount += 1
    tree.totalBytes += Number(size)
    if (tree.totalBytes > limits.expandedBytes) throw tooManyBytes(limits)
  }

  return {
    tree,
    add(chunk: Buffer): void {
      begun = begun.length === 0 ? chunk : Buffer.concat([begun, chunk])
      for (let end = begun.indexOf(0); end !== -1; end = begun.indexOf(0)) {
        take(begun.toString('utf8', 0, end))
        begun = begun.subarray(end + 1)
      }
      // Folders within folders without end make one path that never ends.
      if (begun.length > longestRecord) throw tooManyEntries(limits)
    },
  }
}

/** Throws for a link that leads out of the repository, also by way of other links; dangling ones are harmless. */
export function checkTargets(targets: ReadonlyMap<string, string>): void {
  for (const [path, target] of targets) {
    if (!leadsOut(path, targets)) continue
    throw new RepositoryRefused(
      `The repository holds ${quote(path)}, a link to ${quote(target)}, which is outside of it`,
      'Remove the link, or put a copy in its place',
    )
  }
}

const quote = (text: string) => JSON.stringify(text.slice(0, 120)).replace(/[\p{Cc}\p{Cf}]/gu, '?')
