import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient, listMachines } from '@berth/contract'
import { readConfig } from '../../packages/installer/src/config.ts'
import { clusterView } from '../../packages/installer/src/machines/cluster-view.ts'
import { removeFromCluster } from '../../packages/installer/src/machines/remove-machine.ts'
import { type AddOptions, findRemote, runAdd } from '../../packages/installer/src/remote-machines/remote-commands.ts'
import { makeKey } from '../../packages/installer/src/ssh/test-ssh-server.ts'
import { plainGroup, plainSteps, type StepRunner } from '../../packages/installer/src/steps.ts'
import type { Prompts } from '../../packages/installer/src/system/prompts.ts'
import { type Platform, startPlatform, until } from '../e2e/platform.ts'
import { testSite } from '../machine.ts'
import { createSshMachine, type SshMachine } from './ssh-machine.ts'

export const silent = () => undefined
const passphrase = 'open sesame'

export type AddRun = Partial<AddOptions> & {
  step?: StepRunner
  signal?: AbortSignal
  prompts?: Prompts
  agentSocket?: string
}

/** A platform, and machines that are reached over SSH alone, from a computer with keys. */
export type RemoteCluster = {
  platform: Platform
  client: Client
  /** As it comes from a provider: Debian, an SSH server, a user who may use sudo. */
  bare: SshMachine
  /** With an engine that was there before Berth. */
  shared: SshMachine
  /** Of the computer from which machines are added. */
  folder: string
  keyFile: string
  knownHosts: string
  /** How to add by a key with a passphrase, which somebody types. */
  byLockedKey: AddRun
  /** One more, with a small disk. */
  createFull(diskBytes: number): Promise<SshMachine>
  add(machine: SshMachine, run?: AddRun): ReturnType<typeof runAdd>
  /** As `berth machines rm` does; answers with what is left there. */
  remove(name: string, how: { force: boolean; prompts?: Prompts }): Promise<readonly string[] | undefined>
  stateOf(name: string): Promise<string | undefined>
  untilReady(name: string): Promise<unknown>
  close(): Promise<void>
}

/** A person who types these, one after the other. */
export const typing = (...words: string[]): Prompts => {
  const type = async () => words.shift() ?? ''
  return { ask: type, askSecret: type }
}

export async function startRemoteCluster(): Promise<RemoteCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-ssh-'))
  const [keyFile, lockedKeyFile] = [join(folder, 'id'), join(folder, 'locked')]
  const [keys, locked] = [makeKey(), makeKey({ passphrase })]
  writeFileSync(keyFile, keys.private, { mode: 0o600 })
  writeFileSync(lockedKeyFile, locked.private, { mode: 0o600 })
  const platform = await startPlatform('first')
  const close = async () => {
    await platform.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const client = createClient({ baseUrl: `http://${platform.machine.address}`, token: await platform.token() })
    const common = { runId: platform.runId, publicKeys: `${keys.public}\n${locked.public}` }
    const bare = await createSshMachine({ ...common, name: 'bare', hasEngine: false })
    const shared = await createSshMachine({ ...common, name: 'shared', hasEngine: true })
    return {
      ...{ platform, client, bare, shared, folder, keyFile, close },
      knownHosts: join(folder, 'known_hosts'),
      byLockedKey: { identityFile: lockedKeyFile, prompts: typing(passphrase) },
      createFull: (diskBytes) => createSshMachine({ ...common, name: 'full', hasEngine: true, diskBytes }),
      ...changesOf({ platform, client, folder, keyFile }),
    }
  } catch (error) {
    await close()
    throw error
  }
}

type Origin = Pick<RemoteCluster, 'platform' | 'client' | 'folder' | 'keyFile'>

/** What is done to the cluster from that computer. */
function changesOf({ platform, client, folder, keyFile }: Origin) {
  const config = (agentSocket?: string) => ({
    ...readConfig({ BERTH_DOCKER_SOCKET: platform.machine.socketPath, BERTH_STATE_DIR: join(folder, 'state') }),
    ssh: { dir: folder, agentSocket },
  })

  function add(
    machine: SshMachine,
    { step = plainSteps(silent), signal, prompts, agentSocket, ...options }: AddRun = {},
  ) {
    const wish: AddOptions = {
      target: `ann@${machine.address}`,
      isManager: false,
      port: undefined,
      identityFile: keyFile,
      name: undefined,
      address: undefined,
      acceptsNewHostKey: true,
      isCheckOnly: false,
      ...options,
    }
    const cluster = clusterView(client)
    return runAdd(wish, { config: config(agentSocket), client, cluster, prompts, step, print: silent, signal })
  }

  async function remove(name: string, { force, prompts }: { force: boolean; prompts?: Prompts }) {
    const remote = await findRemote(name, { config: config(), prompts, print: silent })
    const [step, group] = [plainSteps(silent), plainGroup(silent)]
    const site = testSite(platform.runId)
    const context = { outer: platform.machine.docker, site, imagesFrom: platform.machine.docker, client, step, group }
    try {
      await remote?.connect()
      await removeFromCluster(name, { force, isKnown: true }, context)
      return await remote?.clean(step)
    } finally {
      await remote?.close()
    }
  }

  const stateOf = async (name: string) => (await client.call(listMachines, {})).find((it) => it.name === name)?.state

  /** On a busy computer the swarm may not hear from a machine for a moment. */
  const untilReady = (name: string) =>
    until(
      `${name} is ready`,
      () => stateOf(name),
      (state) => state === 'ready',
    )

  return { add, remove, stateOf, untilReady }
}
