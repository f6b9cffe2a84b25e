import { mkdir, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildSource, formatBytes } from '@berth/contract'
import { defaultArchiveLimits } from '@berth/source'
import { createGit, type FetchOptions, type Listener } from './git-client.ts'
import {
  checkoutArguments,
  commitArguments,
  fetchArguments,
  initArguments,
  listArguments,
  placeIn,
} from './git-command.ts'
import { RepositoryRefused } from './repository-failure.ts'
import { checkTargets, createTreeReader, type RepositoryTree } from './repository-tree.ts'

type Repository = Omit<Extract<BuildSource, { kind: 'git' }>, 'kind'>

const defaultOptions: FetchOptions = { limits: defaultArchiveLimits, protocols: 'http:https' }

/** The files of a public repository at one ref, without its history. Throws `RepositoryRefused`. */
export async function fetchRepository(
  folder: string,
  asked: Repository,
  listener: Listener,
  signal: AbortSignal,
  options = defaultOptions,
): Promise<string> {
  const { emit, buildLog } = listener
  const place = placeIn(folder)
  const git = createGit(place, { ...options, asked, listener }, signal)
  await buildLog.add([`Fetching ${asked.url}${asked.ref ? ` at ${asked.ref}` : ''}`])
  await mkdir(place.tree)
  await git.run(initArguments(place))
  await git.run(fetchArguments(place, asked))
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
