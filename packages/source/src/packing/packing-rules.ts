import { type DockerIgnore, parseDockerIgnore } from './docker-ignore.ts'
import { type GitIgnore, gitLevelOf, gitVerdictOf } from './git-rules.ts'

export { checkPackingSize, defaultPackingLimits } from './packing-size.ts'

/** What belongs to a machine or a history and not to the app, wherever it lies. */
const alwaysLeftOut = new Set(['.git', '.hg', '.svn', '.DS_Store', '.venv', '__MACOSX', '__pycache__', 'node_modules'])

/** Sent whatever the rules say, as Docker does: without them nothing can be built. */
const alwaysSent = ['Dockerfile', '.dockerignore']

export type PackingRules = { docker: DockerIgnore; git: GitIgnore; sent: readonly string[] }

/** Of a folder with this `.dockerignore`, without looking at git's. */
export const packingRulesOf = (dockerIgnore: string): PackingRules => ({
  docker: parseDockerIgnore(dockerIgnore),
  git: [],
  sent: [],
})

/** With the `.gitignore` of one more folder; its path is relative to the packed one, and empty for that. */
export const addGitRules = (rules: PackingRules, path: string, text: string): PackingRules => ({
  ...rules,
  git: [...rules.git, gitLevelOf(text, path)],
})

/** Three lists, of which the later one wins: ours, git's, Docker's. What a folder is, all in it is until a rule says otherwise. */
export type Fate = { isOut: boolean; isOursOut: boolean; isGitOut: boolean }

export const rootFate: Fate = { isOut: false, isOursOut: false, isGitOut: false }

export function decideFate(path: string, isFolder: boolean, { rules, parent }: { rules: PackingRules; parent: Fate }) {
  const isOursOut = parent.isOursOut || alwaysLeftOut.has(path.slice(path.lastIndexOf('/') + 1))
  const git = parent.isGitOut ? 'out' : gitVerdictOf(rules.git, path, isFolder)
  const verdict = rules.docker.verdictOf(path) ?? git ?? (isOursOut ? 'out' : 'in')
  const isOut = verdict === 'out' && ![...alwaysSent, ...rules.sent].includes(path)
  return { isOut, isOursOut, isGitOut: git === 'out' } satisfies Fate
}

/** Whether to look into a folder that is left out. Into ours only by name: a wildcard alone would walk all of node_modules. */
export function isWorthALook(folder: string, { isOursOut }: Fate, { docker, sent }: PackingRules): boolean {
  if (sent.some((path) => path.startsWith(`${folder}/`))) return true
  return isOursOut ? docker.bringsBackByName(folder) : docker.mayBringBack(folder)
}
