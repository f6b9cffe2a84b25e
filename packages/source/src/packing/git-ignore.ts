import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { type GitIgnore, gitLevelAbove, gitLevelOf } from './git-rules.ts'

/** Those above the packed folder, up to where its repository begins: `deploy` is often called in a part of one. */
export async function readGitIgnoresAbove(folder: string): Promise<GitIgnore> {
  let levels: GitIgnore = []
  for (let above = folder; ; above = dirname(above)) {
    if (above !== folder) {
      const text = await readRules(above)
      const added = `${relative(above, folder).split(sep).join('/')}/`
      if (text !== undefined) levels = [gitLevelAbove(text, added), ...levels]
    }
    if (await exists(join(above, '.git'))) return levels
    if (dirname(above) === above) return []
  }
}

/** With the rules of one more folder; its path is relative to the packed one, and empty for that. */
export async function addGitIgnore(above: GitIgnore, root: string, path: string): Promise<GitIgnore> {
  const text = await readRules(join(root, path))
  return text === undefined ? above : [...above, gitLevelOf(text, path)]
}

async function readRules(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, '.gitignore'), 'utf8')
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
