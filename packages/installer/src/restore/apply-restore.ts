import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import { backupFolders, databaseFile } from '@berth/engine'
import type Docker from 'dockerode'
import { findOwnAddress } from '../cluster/own-routes.ts'
import type { InstallerConfig } from '../config.ts'
import { roleLabel } from '../names.ts'
import type { StateDir } from '../state/state-dir.ts'
import { engineFolder } from './engine-folder.ts'
import { databaseVolume, observeSwarm } from './observe-restore.ts'
import type { RestoreStep } from './restore-plan.ts'

export type RestoreContext = {
  docker: Docker
  config: InstallerConfig
  state: StateDir
  /** Where the backup was unpacked. */
  unpacked: string
  restartEngine(): Promise<void>
}

/** The user that the server runs as. */
const serverUser = '1000:1000'
const patienceMs = 90_000
const retryMs = 1_000

export async function applyRestoreStep(step: RestoreStep, context: RestoreContext): Promise<void> {
  const { docker, unpacked } = context
  switch (step.kind) {
    case 'restoreStateFiles':
      return restoreStateFiles(step.names, context)
    case 'leaveSwarm':
      return void (await docker.swarmLeave({ force: true }))
    case 'restoreDatabase':
      return restoreDatabase(docker, join(unpacked, backupFolders.database))
    case 'restoreSwarm':
      return restoreSwarm(docker, join(unpacked, backupFolders.swarm))
    case 'restartEngine':
      return context.restartEngine()
    case 'forceNewCluster':
      return forceNewCluster(context)
  }
}

async function restoreStateFiles(names: readonly string[], { state, unpacked }: RestoreContext): Promise<void> {
  for (const name of names) {
    await state.write(name, await readFile(join(unpacked, backupFolders.state, name), 'utf8'))
  }
}

async function restoreDatabase(docker: Docker, folder: string): Promise<void> {
  await docker.createVolume({ Name: databaseVolume, Labels: { [roleLabel]: 'volume' } })
  const volume = engineFolder(docker, databaseVolume)
  // What the former one had not written into its file yet would be taken for this one's.
  await volume.remove([databaseFile, `${databaseFile}-wal`, `${databaseFile}-shm`])
  await volume.put(folder)
  await volume.giveTo(serverUser)
}

async function restoreSwarm(docker: Docker, folder: string): Promise<void> {
  const { DockerRootDir: root } = await docker.info()
  const target = engineFolder(docker, `${root}/swarm`)
  await target.empty()
  await target.put(folder)
}

/** Until the engine has read its state it is no manager in its own eyes, and refuses. */
async function forceNewCluster({ docker, config }: RestoreContext): Promise<void> {
  const { Swarm: swarm } = await docker.info()
  const address = config.address ?? (swarm?.NodeAddr || (config.isThisMachine ? await findOwnAddress() : undefined))
  const endMs = performance.now() + patienceMs
  for (;;) {
    const refusal = await docker
      .swarmInit({
        ListenAddr: '0.0.0.0:2377',
        ...(address ? { AdvertiseAddr: address } : {}),
        ForceNewCluster: true,
        Spec: { Name: 'default' },
      })
      .then(() => undefined, toError)
    if (!refusal && (await observeSwarm(docker)) === 'works') return
    if (performance.now() > endMs) throw notTakenUp(refusal)
    await sleep(retryMs)
  }
}

const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

const notTakenUp = (cause: Error | undefined) =>
  new PlatformError('engine_failed', `The engine does not take up its state${cause ? `: ${cause.message}` : ''}`, {
    hint: 'See its log (journalctl -u docker, or /var/log/dockerd.log), then try an older backup with --replace-swarm',
    cause,
  })
