import ignore, { type Ignore } from 'ignore'
import type { Verdict } from './docker-ignore.ts'

/** Rules of one `.gitignore`, for paths that begin with `prefix` once `added` was put before them. */
type Level = { rules: Ignore; prefix: string; added: string }

/** All that hold in a folder, the ones nearest to it last. */
export type GitIgnore = readonly Level[]

/** Those of a folder above the packed one, which lies at `added` in it. */
export const gitLevelAbove = (text: string, added: string): Level => ({ rules: parse(text), prefix: '', added })

/** Those of a folder within; its path is relative to the packed one, and empty for that. */
export const gitLevelOf = (text: string, path: string): Level => ({
  rules: parse(text),
  prefix: path === '' ? '' : `${path}/`,
  added: '',
})

export function gitVerdictOf(levels: GitIgnore, path: string, isFolder: boolean): Verdict {
  let verdict: Verdict
  for (const { rules, prefix, added } of levels) {
    const { ignored, unignored } = rules.test(`${added}${path.slice(prefix.length)}${isFolder ? '/' : ''}`)
    if (ignored) verdict = 'out'
    else if (unignored) verdict = 'in'
  }
  return verdict
}

const parse = (text: string) => ignore().add(text)
