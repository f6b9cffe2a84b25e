import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall, engineStatus, findCall } from '../engine-failure.ts'
import { pullImage } from '../image/pull-image.ts'
import { hasRole } from '../labels.ts'
import { createOptionsOf, edgeContainerFrom, edgeSpecHash } from './edge-container-spec.ts'
import { edgeNetworksOf } from './edge-networks.ts'
import { execIn } from './exec.ts'
import type { InstanceMethods } from './instances.ts'
import type { EdgeContainerSpec, MachineEngine } from './machine-engine.ts'
import type { ImageMethods } from './machine-images.ts'
import type { RegistryMethods } from './registry-container.ts'

export type EdgeMethods = Omit<
  MachineEngine,
  | 'info'
  | ('pullImage' | 'findImage' | 'saveImage')
  | ('buildImage' | 'buildWithBuildkit' | 'buildkitTraits' | 'listBuildCache' | 'removeBuildCache' | 'publishBuilt')
  | ('discardContainers' | 'discardLayers')
  | keyof InstanceMethods
  | keyof ImageMethods
  | keyof RegistryMethods
>

/** Everything that is done to the edge's container, and to no other. */
export function edgeContainersOf(docker: Dockerode): EdgeMethods {
  return {
    ensureContainer: (spec, signal) => ensureContainer(docker, spec, signal),
    async startContainer(name, signal) {
      const { Id } = await getOwn(docker, name, signal)
      await start(docker, { id: Id, name }, signal)
    },
    async inspectContainer(name, signal) {
      const found = await findOwn(docker, name, signal)
      return found && edgeContainerFrom(found)
    },
    async removeContainer(name, signal) {
      const found = await findOwn(docker, name, signal)
      if (found) await remove(docker, { id: found.Id, name }, signal)
    },
    async signalContainer(name, unixSignal, signal) {
      const { Id } = await getOwn(docker, name, signal)
      await engineCall(`send ${unixSignal} to ${name}`, signal, () =>
        docker.getContainer(Id).kill({ signal: unixSignal, abortSignal: signal }),
      )
    },
    async execInContainer(name, argv, signal) {
      const { Id } = await getOwn(docker, name, signal)
      return execIn(docker, { id: Id, name, argv }, signal)
    },
    ...edgeNetworksOf(docker, { getOwn: (name, signal) => getOwn(docker, name, signal) }),
  }
}

async function ensureContainer(docker: Dockerode, spec: EdgeContainerSpec, signal: AbortSignal | undefined) {
  const { name } = spec
  const found = await findOwn(docker, name, signal)
  if (found && edgeContainerFrom(found).specHash === edgeSpecHash(spec)) {
    if (!found.State.Running) await start(docker, { id: found.Id, name }, signal)
    return false
  }
  // Before the old one goes, because this is what may take long or fail.
  await pullImage(docker, spec.image, { signal })
  if (found) await remove(docker, { id: found.Id, name }, signal)
  const created = await engineCall(`create the container ${name}`, signal, () =>
    docker.createContainer({ _query: { name }, _body: createOptionsOf(spec), abortSignal: signal } as never),
  )
  await start(docker, { id: created.id, name }, signal)
  return true
}

type Target = { id: string; name: string }

async function start(docker: Dockerode, { id, name }: Target, abortSignal: AbortSignal | undefined): Promise<void> {
  await engineCall(`start the container ${name}`, abortSignal, () =>
    docker.getContainer(id).start({ abortSignal }).catch(ignoreUnchanged),
  )
}

async function remove(docker: Dockerode, { id, name }: Target, abortSignal: AbortSignal | undefined): Promise<void> {
  const container = docker.getContainer(id)
  await findCall(`stop the container ${name}`, abortSignal, () =>
    container.stop({ abortSignal }).catch(ignoreUnchanged),
  )
  await findCall(`remove the container ${name}`, abortSignal, () => container.remove({ force: true, abortSignal }))
}

/** 304: it was started, or stopped, before. */
function ignoreUnchanged(error: unknown) {
  if (engineStatus(error) !== 304) throw error
}

async function findOwn(docker: Dockerode, name: string, abortSignal: AbortSignal | undefined) {
  const found = await findCall(`look at the container ${name}`, abortSignal, () =>
    docker.getContainer(name).inspect({ abortSignal }),
  )
  // The engine also finds by the beginning of an id.
  if (!found || found.Name !== `/${name}`) return undefined
  if (hasRole(found.Config.Labels, 'edge')) return found
  throw new PlatformError('forbidden', `The container ${name} is not an edge of Berth`, {
    hint: 'Rename or remove it: docker ps -a shows it',
  })
}

async function getOwn(docker: Dockerode, name: string, signal: AbortSignal | undefined) {
  const found = await findOwn(docker, name, signal)
  if (!found) throw new PlatformError('not_found', `There is no container ${name}`)
  return found
}
