import { mkdir, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildSource, formatBytes, isOverSsh, type RepositoryCredentials } from '@berth/contract'
import { defaultArchiveLimits } from '@berth/source'
import { planLetIn, withFiles } from './credential-files.ts'
import { createGit, type FetchOptions, type Listener } from './git-client.ts'
import {
  checkoutArguments,
  commitArguments,
  fetchArguments,
  initArguments,
  listArguments,
  placeIn,
} from './git-command.ts'
import { needsDeployKey, RepositoryRefused } from './repository-failure.ts'
import { checkTargets, createTreeReader, type RepositoryTree } from './repository-tree.ts'

export type Repository = Omit<Extract<BuildSource, { kind: 'git' }>, 'kind'> & {
  /** Of a private one. */
  credentials?: RepositoryCredentials | undefined
}

export const defaultOptions: FetchOptions = { limits: defaultArchiveLimits, protocols: 'http:https:ssh' }

/** The files of a repository at one ref, without its history. Throws `RepositoryRefused`. */
export async function fetchRepository(
  folder: string,
  { credentials, ...repository }: Repository,
  listener: Listener,
  signal: AbortSignal,
  options = defaultOptions,
): Promise<string> {
  const { emit, buildLog } = listener
  const asked = { ...repository, kind: credentials?.kind }
  if (isOverSsh(asked.url) && !credentials) throw needsDeployKey(asked)
  const place = placeIn(folder)
  const letIn = planLetIn(asked.url, credentials)
  const git = createGit(place, { ...options, asked, listener }, signal)
  await buildLog.add([`Fetching ${asked.url}${asked.ref ? ` at ${asked.ref}` : ''}`])
  await mkdir(place.tree)
  await git.run(initArguments(place))
  await withFiles(folder, letIn.files, () => git.run(fetchArguments(place, asked, letIn.settings)))
  const commit = await git.read(commitArguments(place))
  await emit({ kind: 'commit', commit })
  const { tree, add } = createTreeReader(options.limits)
  await git.run(listArguments(place, commit), add)
  if (tree.fileCount === 0) throw new RepositoryRefused(`The repository ${asked.url} holds no files`)
  await git.run(checkoutArguments(place, commit))
  // The history goes; what of the repository is called .git was never written, as git refuses that.
  await rm(place.store, { recursive: true })
  checkTargets(await readTargets(place.tree, tree.links))
  await buildLog.add(describe(commit, tree))
  return place.tree
}

const readTargets = async (folder: string, links: readonly string[]) =>
  new Map(await Promise.all(links.map(async (path) => [path, await readlink(join(folder, path))] as const)))

function describe(commit: string, { fileCount, totalBytes, submodules }: RepositoryTree): string[] {
  const [first, ...others] = submodules
  const more = others.length > 0 ? ` and ${others.length} more` : ''
  return [
    `Commit ${commit}: ${fileCount} files, ${formatBytes(totalBytes)}`,
    ...(first ? [`Warning: submodules are not fetched: ${first}${more} is empty`] : []),
  ]
}
