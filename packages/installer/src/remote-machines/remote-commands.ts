import { resolve } from 'node:path'
import { type Client, PlatformError } from '@berth/contract'
import Docker from 'dockerode'
import type { InstallerConfig } from '../config.ts'
import type { ClusterView } from '../joining/join-machine.ts'
import { SshHost } from '../ssh/ssh-host.ts'
import { parseTarget, type SshTarget } from '../ssh/ssh-target.ts'
import { stateDir } from '../state/state-dir.ts'
import type { StepRunner } from '../steps.ts'
import type { Prompts } from '../system/prompts.ts'
import { readSettings } from '../up.ts'
import { type AddedMachine, addMachine } from './add-machine.ts'
import type { Adding } from './adding.ts'
import { checkRemote } from './check-remote.ts'
import { cleanMachine } from './clean-machine.ts'
import { type RemoteRecord, remoteRecords } from './remote-record.ts'

export type AddOptions = {
  target: string
  isManager: boolean
  port: number | undefined
  identityFile: string | undefined
  name: string | undefined
  address: string | undefined
  acceptsNewHostKey: boolean
  isCheckOnly: boolean
}

export type Surroundings = {
  config: InstallerConfig
  /** Undefined where nobody can be asked. */
  prompts: Prompts | undefined
  client: Client
  cluster: ClusterView
  step: StepRunner
  print(line: string): void
  signal?: AbortSignal | undefined
}

/** Undefined where it was only to be looked whether the machine can be added. */
export async function runAdd(options: AddOptions, around: Surroundings): Promise<AddedMachine | undefined> {
  const { config, prompts: _prompts, ...rest } = around
  const identityFile = options.identityFile && resolve(options.identityFile)
  const host = openHost(parseTarget(options.target, options.port), around, { ...options, identityFile })
  const state = stateDir(config.stateDir)
  const adding: Adding = {
    ...rest,
    host,
    identityFile,
    role: options.isManager ? 'manager' : 'worker',
    name: options.name,
    address: options.address,
    docker: new Docker({ socketPath: config.dockerSocket }),
    records: remoteRecords(state),
    httpPort: (await readSettings(config, state)).httpPort,
  }
  try {
    if (!options.isCheckOnly) return await addMachine(adding)
    await checkRemote(adding)
    return undefined
  } finally {
    await host.close()
  }
}

type Reaching = Pick<Surroundings, 'config' | 'prompts' | 'print'>
type HostOptions = { identityFile: string | undefined; acceptsNewHostKey: boolean }

function openHost(
  target: SshTarget,
  { config: { ssh }, prompts, print }: Reaching,
  { identityFile, acceptsNewHostKey }: HostOptions,
): SshHost {
  return new SshHost(target, {
    hostKeys: {
      files: [`${ssh.dir}/known_hosts`, '/etc/ssh/ssh_known_hosts'],
      acceptsNew: acceptsNewHostKey,
      prompts,
      print,
    },
    signIn: { identityFile, sshDir: ssh.dir, agentSocket: ssh.agentSocket, prompts },
  })
}

/** A machine that was added over SSH from here, and how it is cleaned once the cluster knows it no more. */
export type KnownRemote = {
  /** And becomes root, for which a person may be asked. */
  connect(): Promise<void>
  clean(step: StepRunner): Promise<string[]>
  close(): Promise<void>
}

export async function findRemote(name: string, around: Reaching): Promise<KnownRemote | undefined> {
  const records = remoteRecords(stateDir(around.config.stateDir))
  const record = await records.find(name)
  if (!record) return undefined
  const host = openHost(record, around, { identityFile: record.identityFile, acceptsNewHostKey: false })
  return {
    async connect() {
      await host.connect()
      if (!(await host.becomeRoot())) throw needsRoot(record)
    },
    close: () => host.close(),
    async clean(step) {
      if (!(await host.becomeRoot())) throw needsRoot(record)
      await cleanMachine(host.docker, { kept: record.remains }, step)
      await records.remove(name)
      return describeKept(record)
    },
  }
}

/** What was installed for Berth and may be in use by others since then. */
function describeKept({ changes }: RemoteRecord): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'installPackages' && change.names.length > 0) {
      return [`The packages that were installed for Berth; to remove them: apt-get purge ${change.names.join(' ')}`]
    }
    return change.kind === 'rename' ? [`Its name ${change.to}; it was ${change.from} before`] : []
  })
}

const needsRoot = ({ user, host }: RemoteRecord) =>
  new PlatformError('forbidden', `${user} on ${host} may not become root any more without a password`, {
    hint: `Run this at a terminal to be asked for it, or put this line into /etc/sudoers.d/berth there: ${user} ALL=(root) NOPASSWD: ALL`,
  })
