import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '@berth/contract'
import { type BackupEntry, backupFolders, backupKey, hasSwarmState, readBackupFile } from '@berth/engine'
import Docker from 'dockerode'
import type { InstallerConfig } from '../config.ts'
import { restartEngine } from '../engine-setup/restart-engine.ts'
import { prepareBaseImages, prepareEngine } from '../prerequisites.ts'
import { type StateDir, stateDir, stateFiles } from '../state/state-dir.ts'
import type { StepRunner } from '../steps.ts'
import { type UpResult, up } from '../up.ts'
import { applyRestoreStep, type RestoreContext } from './apply-restore.ts'
import { listStateFiles, observeRestore, observeSwarm } from './observe-restore.ts'
import { describeRestoreStep, planRestore, planSurvivor, type RestoreRules, type RestoreStep } from './restore-plan.ts'

export type RestoreRequest = RestoreRules & {
  file: string
  /** The private key of the cluster's CA, where it is not in the state folder. */
  keyFile: string | undefined
}

export type RestoreOptions = {
  config: InstallerConfig
  step: StepRunner
  signal: AbortSignal
  /** Of another machine than this one. */
  restartEngine?: () => Promise<void>
}

/** Brings a cluster back from a backup, with this machine as its only manager. Nothing changes before all was read. */
export async function restore(request: RestoreRequest, options: RestoreOptions): Promise<UpResult> {
  const { config, step, signal } = options
  const state = stateDir(config.stateDir)
  const unpacked = join(state.path, 'restore')
  try {
    const entries = await step('Read the backup', async ({ result }) => {
      const read = await unpack(request, { state, unpacked }, signal)
      result(`${read.length} files`)
      return read
    })
    const docker = await prepare(options, state)
    const namesIn = (folder: string) =>
      entries.filter(({ name }) => name.startsWith(`${folder}/`)).map(({ name }) => name.slice(folder.length + 1))
    const content = {
      hasDatabase: namesIn(backupFolders.database).length > 0,
      stateFiles: namesIn(backupFolders.state),
    }
    const steps = planRestore(content, await observeRestore(docker, state), request)
    await applyAll(steps, { docker, config, state, unpacked, restartEngine: restartOf(options) }, step)
  } finally {
    await rm(unpacked, { recursive: true, force: true })
  }
  return up(config, step)
}

/** For when most managers are gone for good: this one goes on alone, with all that it knows, and no backup is needed. */
export async function goOnAlone(options: RestoreOptions): Promise<UpResult> {
  const { config, step } = options
  const state = stateDir(config.stateDir)
  const docker = new Docker({ socketPath: config.dockerSocket })
  const steps = planSurvivor({ swarm: await observeSwarm(docker), stateFiles: await listStateFiles(state) })
  await applyAll(steps, { docker, config, state, unpacked: '', restartEngine: restartOf(options) }, step)
  return up(config, step)
}

async function unpack(
  { file, keyFile }: RestoreRequest,
  { state, unpacked }: { state: StateDir; unpacked: string },
  signal: AbortSignal,
): Promise<BackupEntry[]> {
  const keyPem = keyFile ? await readFile(keyFile, 'utf8') : await state.read(stateFiles.caKey)
  if (!keyPem) throw noKey(state.path)
  await rm(unpacked, { recursive: true, force: true })
  await mkdir(unpacked, { recursive: true, mode: 0o700 })
  const entries = await readBackupFile(file, { key: backupKey(keyPem), into: unpacked }, signal)
  if (hasSwarmState(entries)) return entries
  throw new PlatformError('conflict', `${file} has no state of a swarm in it`)
}

const noKey = (folder: string) =>
  new PlatformError('invalid_request', `A backup is opened with ${stateFiles.caKey}, which is not in ${folder}`, {
    hint: 'Say where your copy of it is: --key FILE. It was made at the first install and is in the same folder there',
  })

async function prepare({ config, step }: RestoreOptions, state: StateDir): Promise<Docker> {
  await step('Container engine', (report) => prepareEngine(config, state, report))
  const docker = new Docker({ socketPath: config.dockerSocket })
  await step('Base images', (report) => prepareBaseImages(docker, state, report))
  return docker
}

function restartOf(options: RestoreOptions): () => Promise<void> {
  const { config, signal } = options
  if (options.restartEngine) return options.restartEngine
  if (config.isThisMachine) {
    return () => restartEngine({ socketPath: config.dockerSocket, onProgress: () => undefined, signal })
  }
  return async () => {
    throw new PlatformError('invalid_request', 'The engine of another machine cannot be started again from here', {
      hint: 'Run this on that machine itself',
    })
  }
}

async function applyAll(steps: readonly RestoreStep[], context: RestoreContext, step: StepRunner): Promise<void> {
  for (const planned of steps) await step(describeRestoreStep(planned), () => applyRestoreStep(planned, context))
}
