import { setTimeout as delay } from 'node:timers/promises'
import type Dockerode from 'dockerode'
import { engineStatus, engineWords } from '../engine-failure.ts'

const mostAttempts = 20
const pauseMs = 500

/** See MachineEngine.discardLayers. The container of the command that was ended is still on its way out at first. */
export async function discardLayers(docker: Dockerode, layerIds: readonly string[]): Promise<void> {
  for (const layerId of layerIds.toReversed()) {
    for (let attempt = 1; ; attempt++) {
      const left = await tryToRemove(docker, layerId)
      if (left === 'gone') break
      // Another image begins with it, and so with all that is below.
      if (left === 'shared' || attempt === mostAttempts) return
      await delay(pauseMs)
    }
  }
}

async function tryToRemove(docker: Dockerode, layerId: string): Promise<'gone' | 'shared' | 'busy'> {
  const image = docker.getImage(layerId)
  try {
    const { RepoTags, RepoDigests } = await image.inspect()
    if (RepoTags?.length || RepoDigests?.length) return 'shared'
    await image.remove({ noprune: true })
    return 'gone'
  } catch (error) {
    if (engineStatus(error) === 404) return 'gone'
    if (engineStatus(error) !== 409) throw error
    return /dependent child/i.test(engineWords(error)) ? 'shared' : 'busy'
  }
}

/** See MachineEngine.discardContainers. */
export async function discardContainers(docker: Dockerode, containerIds: readonly string[]): Promise<void> {
  for (const containerId of containerIds) {
    await docker
      .getContainer(containerId)
      .remove({ force: true, v: true })
      .catch((error: unknown) => {
        if (engineStatus(error) !== 404) throw error
      })
  }
}
