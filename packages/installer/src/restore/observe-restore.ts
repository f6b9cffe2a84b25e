import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseFile } from '@berth/engine'
import type Docker from 'dockerode'
import { type StateDir, stateFiles } from '../state/state-dir.ts'
import { engineFolder } from './engine-folder.ts'
import type { RestoreFacts } from './restore-plan.ts'

export const databaseVolume = 'berth-server'

export async function observeRestore(docker: Docker, state: StateDir): Promise<RestoreFacts> {
  return {
    swarm: await observeSwarm(docker),
    hasDatabase: await hasDatabase(docker),
    stateFiles: await listStateFiles(state),
  }
}

export async function observeSwarm(docker: Docker): Promise<RestoreFacts['swarm']> {
  const { Swarm: swarm } = await docker.info()
  const state = swarm?.LocalNodeState ?? 'inactive'
  if (state === 'inactive') return 'none'
  if (state !== 'active') return 'broken'
  // A worker's engine cannot say; its swarm is looked after elsewhere. A manager's can only while there is a quorum.
  if (!swarm?.ControlAvailable && !swarm?.Error) return 'works'
  return docker.listNodes().then(
    () => 'works' as const,
    () => 'broken' as const,
  )
}

async function hasDatabase(docker: Docker): Promise<boolean> {
  const { Volumes: volumes } = await docker.listVolumes()
  // Looked for first: to mount one that is not there makes it.
  const isThere = (volumes ?? []).some(({ Name }) => Name === databaseVolume)
  return isThere && engineFolder(docker, databaseVolume).has(databaseFile)
}

export async function listStateFiles(state: StateDir): Promise<string[]> {
  const names = Object.values(stateFiles)
  const found = await Promise.all(
    names.map((name) =>
      access(join(state.path, name)).then(
        () => [name],
        () => [],
      ),
    ),
  )
  return found.flat()
}
