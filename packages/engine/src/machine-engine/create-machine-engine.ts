import type Dockerode from 'dockerode'
import { listBuildCache, removeBuildCache } from '../buildkit/build-cache.ts'
import { buildWithBuildkit } from '../buildkit/build-with-buildkit.ts'
import { buildkitTraits } from '../buildkit/buildkit-traits.ts'
import { engineCall } from '../engine-failure.ts'
import { buildImage } from '../image/build-image.ts'
import { discardContainers, discardLayers } from '../image/discard-build.ts'
import { publishBuilt } from '../image/publish-built.ts'
import { pullImage } from '../image/pull-image.ts'
import { findImage, saveImage } from '../image/save-image.ts'
import { hostOf } from '../swarm/observed-machine.ts'
import { edgeContainersOf } from './edge-containers.ts'
import { instancesOf } from './instances.ts'
import type { MachineEngine, MachineInfo } from './machine-engine.ts'
import { machineImagesOf } from './machine-images.ts'
import { registryContainerOf } from './registry-container.ts'

/** This machine's own engine; it need not be a manager. */
export function machineEngine({ docker }: { docker: Dockerode }): MachineEngine {
  return {
    info: (signal) => info(docker, signal),
    ...instancesOf(docker),
    buildImage: (build, listener, signal) => buildImage(docker, build, listener, signal),
    discardContainers: (containerIds) => discardContainers(docker, containerIds),
    discardLayers: (layerIds) => discardLayers(docker, layerIds),
    buildWithBuildkit: (build, listener, signal) => buildWithBuildkit(docker, build, listener, signal),
    listBuildCache: (signal) => listBuildCache(docker, signal),
    removeBuildCache: (ids, signal) => removeBuildCache(docker, ids, signal),
    buildkitTraits: (signal) => buildkitTraits(docker, signal),
    publishBuilt: (imageId, publishTo, options) => publishBuilt(docker, imageId, { publishTo, ...options }),
    pullImage: (image, options) => pullImage(docker, image, options),
    findImage: (image, signal) => findImage(docker, image, signal),
    saveImage: (imageId, signal) => saveImage(docker, imageId, signal),
    ...machineImagesOf(docker),
    ...registryContainerOf(docker),
    ...edgeContainersOf(docker),
  }
}

type EngineInfo = {
  Name: string
  ServerVersion: string
  NCPU: number
  MemTotal: number
  Swarm?: {
    NodeID?: string
    NodeAddr?: string
    ControlAvailable?: boolean
    RemoteManagers?: { Addr: string }[] | null
  }
}

async function info(docker: Dockerode, signal: AbortSignal | undefined): Promise<MachineInfo> {
  const found = (await engineCall('tell about this machine', signal, () => docker.info())) as EngineInfo
  const { NodeID = '', NodeAddr = '', ControlAvailable = false, RemoteManagers } = found.Swarm ?? {}
  return {
    machineId: NodeID,
    name: found.Name,
    isManager: ControlAvailable,
    address: NodeAddr,
    managerAddresses: [...new Set((RemoteManagers ?? []).map(({ Addr }) => hostOf(Addr)))],
    engineVersion: found.ServerVersion,
    cpus: found.NCPU,
    memoryBytes: found.MemTotal,
  }
}
