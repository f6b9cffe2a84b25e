import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '@berth/contract'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { leadsOut } from '../archive/entry-links.ts'
import { parseDockerIgnore } from './docker-ignore.ts'
import { addGitIgnore, readGitIgnoresAbove } from './git-ignore.ts'
import type { GitIgnore } from './git-rules.ts'
import { decideFate, type Fate, isWorthALook, type PackingRules, rootFate } from './packing-rules.ts'
import { checkPackingSize, defaultPackingLimits, type PackingLimits } from './packing-size.ts'

export type PackingOptions = {
  /** Off for what is a Docker build's context already: git's rules are for what people hand over. */
  usesGitIgnore?: boolean
  /** Paths that are sent whatever the rules say, such as a Dockerfile of another name. */
  sent?: readonly string[]
  limits?: PackingLimits
  signal?: AbortSignal
}

export type PackingPlan = {
  folder: string
  /** In the order of their paths, so that the same folder packs to the same archive. */
  entries: ArchiveEntry[]
  totalBytes: number
  /** Each folder and file that a rule left out, without what lies below. */
  leftOut: string[]
}

/** Decides what of a folder is sent, and reads no file but the rules. */
export async function planPacking(folder: string, options: PackingOptions = {}): Promise<PackingPlan> {
  const { usesGitIgnore = true, sent = [], limits = defaultPackingLimits, signal } = options
  const docker = parseDockerIgnore(await readIfThere(join(folder, '.dockerignore')))
  const git = usesGitIgnore ? await readGitIgnoresAbove(folder) : []
  const plan: PackingPlan = { folder, entries: [], totalBytes: 0, leftOut: [] }
  const walk = { plan, usesGitIgnore, limits, signal }
  await walkFolder('', rootFate, { ...walk, rules: { docker, git, sent } })
  plan.entries.sort((one, other) => (one.path < other.path ? -1 : 1))
  checkLinks(plan.entries)
  plan.totalBytes = checkPackingSize(plan.entries, limits)
  return plan
}

type Walk = {
  plan: PackingPlan
  rules: PackingRules
  usesGitIgnore: boolean
  limits: PackingLimits
  signal: AbortSignal | undefined
}

async function walkFolder(path: string, parent: Fate, walk: Walk): Promise<void> {
  walk.signal?.throwIfAborted()
  const { plan, usesGitIgnore } = walk
  const above: GitIgnore = walk.rules.git
  const git = usesGitIgnore ? await addGitIgnore(above, plan.folder, path) : above
  const rules = { ...walk.rules, git }
  for (const found of await readdir(join(plan.folder, path), { withFileTypes: true })) {
    const childPath = path === '' ? found.name : `${path}/${found.name}`
    const fate = decideFate(childPath, found.isDirectory(), { rules, parent })
    await takeFound(found, childPath, { ...walk, rules, fate, parent })
  }
}

async function takeFound(found: Dirent, path: string, walk: Walk & { fate: Fate; parent: Fate }): Promise<void> {
  const { plan, fate, parent, rules, limits } = walk
  const isKept = !fate.isOut && (found.isFile() || found.isDirectory() || found.isSymbolicLink())
  if (isKept) plan.entries.push(await readEntry(plan.folder, path, found))
  else if (!parent.isOut) plan.leftOut.push(path)
  // Far beyond the limit, counting on tells nothing more; up to there it tells which folder has them.
  if (plan.entries.length > limits.entryCount * 2) checkPackingSize(plan.entries, limits)
  if (found.isDirectory() && (isKept || isWorthALook(path, fate, rules))) await walkFolder(path, fate, walk)
}

async function readEntry(folder: string, path: string, found: Dirent): Promise<ArchiveEntry> {
  const full = join(folder, path)
  const { size, mode, mtimeMs } = await lstat(full)
  const isFile = found.isFile()
  return {
    path,
    kind: isFile ? 'file' : found.isDirectory() ? 'folder' : 'link',
    sizeBytes: isFile ? size : 0,
    isExecutable: isFile && (mode & 0o100) !== 0,
    modifiedAtMs: Math.max(Math.floor(mtimeMs / 1000) * 1000, 0),
    target: found.isSymbolicLink() ? await readlink(full) : null,
  }
}

function checkLinks(entries: readonly ArchiveEntry[]): void {
  const links = new Map(entries.flatMap(({ kind, path, target }) => (kind === 'link' ? [[path, target ?? '']] : [])))
  for (const [path, target] of links) {
    if (!leadsOut(path, links)) continue
    throw new PlatformError('source_invalid', `${path} is a link to ${target}, which is outside of the folder`, {
      hint: 'Put a copy in its place, or leave the link out with a line in .dockerignore',
    })
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
