import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepositoryCredentials } from '@berth/contract'

/** A file beside the repository; git runs in that folder, so its name is enough. */
type CredentialFile = { name: string; content: string }

export type LetIn = {
  files: CredentialFile[]
  /** Settings of git, by name. Git runs some of them as a command: they hold nothing that anyone wrote. */
  settings: Record<string, string>
}

const knownHosts = 'known_hosts'

/** How git is let in, as files that only this user can read. Nothing of it is an argument or part of a URL. */
export function planLetIn(url: string, credentials: RepositoryCredentials | undefined): LetIn {
  if (!credentials) return { files: [], settings: {} }
  if (credentials.kind === 'password') return { files: [storedPassword(url, credentials)], settings: askedForPassword }
  const { privateKey, hostKeys } = credentials
  return {
    files: [
      { name: 'deploy_key', content: privateKey },
      { name: knownHosts, content: hostKeys ?? '' },
      { name: 'ssh_config', content: sshConfig({ isPinned: hostKeys !== null }) },
    ],
    settings: { 'core.sshCommand': 'ssh -F ssh_config' },
  }
}

/** Git gives these to the host that they are for, when that asks; one that it is led to gets none. */
const askedForPassword = { 'credential.helper': 'store --file=credentials' }

type Password = Extract<RepositoryCredentials, { kind: 'password' }>

function storedPassword(url: string, { username, password }: Password): CredentialFile {
  // As it is written there, since git compares the text.
  const [, scheme, host] = /^(https?):\/\/([^/]+)/.exec(url) ?? []
  const line = `${scheme}://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host}\n`
  return { name: 'credentials', content: line }
}

/** Of the machine's own keys, agents and hosts nothing is used. */
const sshConfig = ({ isPinned }: { isPinned: boolean }) => `Host *
  User git
  IdentityFile deploy_key
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking ${isPinned ? 'yes' : 'accept-new'}
  UpdateHostKeys no
  HashKnownHosts no
  CheckHostIP no
  BatchMode yes
  PreferredAuthentications publickey
  ConnectTimeout 15
  ServerAliveInterval 15
  LogLevel ERROR
`

/** They are there while `work` runs, and gone before anything that was fetched is looked at. */
export async function withFiles<Result>(
  folder: string,
  files: readonly CredentialFile[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    for (const { name, content } of files) await writeFile(join(folder, name), content, { mode: 0o600, flag: 'wx' })
    return await work()
  } finally {
    await Promise.all(files.map(({ name }) => rm(join(folder, name), { force: true })))
  }
}

/** What SSH has learned of the host. */
export const readHostKeys = async (folder: string): Promise<string | null> =>
  (await readFile(join(folder, knownHosts), 'utf8').catch(() => '')) || null
