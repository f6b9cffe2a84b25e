import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import type { Verdict } from './docker-ignore.ts'

/** Rules of one `.gitignore`, for paths that begin with `prefix` once `added` was put before them. */
type Level = { rules: Ignore; prefix: string; added: string }

/** All that hold in a folder, the ones nearest to it last. */
export type GitIgnore = readonly Level[]

/** Those above the packed folder, up to where its repository begins: `deploy` is often called in a part of one. */
export async function readGitIgnoresAbove(folder: string): Promise<GitIgnore> {
  const levels: Level[] = []
  for (let above = folder; ; above = dirname(above)) {
    if (above !== folder) {
      const rules = await readRules(above)
      const added = `${relative(above, folder).split(sep).join('/')}/`
      if (rules) levels.unshift({ rules, prefix: '', added })
    }
    if (await exists(join(above, '.git'))) return levels
    if (dirname(above) === above) return []
  }
}

/** With the rules of one more folder; its path is relative to the packed one, and empty for that. */
export async function addGitIgnore(above: GitIgnore, root: string, path: string): Promise<GitIgnore> {
  const rules = await readRules(join(root, path))
  return rules ? [...above, { rules, prefix: path === '' ? '' : `${path}/`, added: '' }] : above
}

export function gitVerdictOf(levels: GitIgnore, path: string, isFolder: boolean): Verdict {
  let verdict: Verdict
  for (const { rules, prefix, added } of levels) {
    const { ignored, unignored } = rules.test(`${added}${path.slice(prefix.length)}${isFolder ? '/' : ''}`)
    if (ignored) verdict = 'out'
    else if (unignored) verdict = 'in'
  }
  return verdict
}

async function readRules(folder: string): Promise<Ignore | undefined> {
  try {
    return ignore().add(await readFile(join(folder, '.gitignore'), 'utf8'))
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
