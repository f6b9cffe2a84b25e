import { join } from 'node:path'

/** What every call is made with, whatever the machine's own configuration says. */
const settings = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.symlinks': 'true',
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'credential.helper': '',
  'submodule.recurse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  // A server that says nothing for a minute does not hold a build until its time is over.
  'http.lowSpeedLimit': '1',
  'http.lowSpeedTime': '60',
  // Large files go to the disk as they come, instead of through memory.
  'core.bigFileThreshold': '16m',
  'core.deltaBaseCacheLimit': '16m',
  'fetch.unpackLimit': '1',
  'pack.threads': '1',
}

/** What git is told beside these, by name. */
export type Settings = Readonly<Record<string, string>>

export type Place = {
  /** Of one build; also where a home would be. */
  folder: string
  /** Where git keeps what it fetched. */
  store: string
  /** Where the files are written. */
  tree: string
}

export const placeIn = (folder: string): Place => ({
  folder,
  store: join(folder, 'repository'),
  tree: join(folder, 'source'),
})

/** Behind `--` stands what people wrote, so none of it is an option. */
export const initArguments = ({ store }: Place) => ['init', '--quiet', '--bare', '--template=', '--', store]

export const fetchArguments = (
  place: Place,
  { url, ref = 'HEAD' }: { url: string; ref?: string | undefined },
  letIn: Settings = {},
) => [
  ...within(place, letIn),
  ...['fetch', '--depth=1', '--no-tags', '--no-recurse-submodules', '--progress', '--', url, ref],
]

/** Only what the repository has to offer: nothing is fetched. */
export const lookArguments = (place: Place, url: string, letIn: Settings = {}) => [
  ...within(place, letIn),
  ...['ls-remote', '--quiet', '--', url, 'HEAD'],
]

export const commitArguments = (place: Place) => [...within(place), 'rev-parse', '--verify', 'FETCH_HEAD^{commit}']

/** All that a commit holds, folders too, with sizes. */
export const listArguments = (place: Place, commit: string) => [
  ...within(place),
  ...['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit],
]

export const checkoutArguments = (place: Place, commit: string) => [
  ...within(place),
  ...['checkout', '--quiet', '--force', '--detach', commit, '--'],
]

function within({ store, tree }: Place, more: Settings = {}): string[] {
  const all = [...Object.entries(settings), ...Object.entries(more)]
  const configuration = all.flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return [...configuration, `--git-dir=${store}`, `--work-tree=${tree}`]
}

/** Nothing of the agent's own environment is handed on. */
export const gitEnvironment = ({ folder }: Place, protocols: string) => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  // No .netrc and no configuration is found there.
  HOME: folder,
  LC_ALL: 'C',
  GIT_ALLOW_PROTOCOL: protocols,
  GIT_TERMINAL_PROMPT: '0',
  // Otherwise git would first ask the program which one it is.
  GIT_SSH_VARIANT: 'ssh',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_LFS_SKIP_SMUDGE: '1',
  GIT_OPTIONAL_LOCKS: '0',
  // One object cannot take the memory of what else runs here.
  GIT_ALLOC_LIMIT: '256m',
})
