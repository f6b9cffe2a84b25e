import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { tcpPortsOf } from './image-config.ts'
import { publish } from './resolve-image.ts'

type Options = { publishTo: string; signal: AbortSignal; onProgress?: (progress: string) => void }

/** See MachineEngine.publishBuilt. */
export async function publishBuilt(docker: Dockerode, imageId: string, options: Options) {
  const found = await engineCall('look at the image that was built', options.signal, () =>
    docker.getImage(imageId).inspect(),
  )
  const image = await publish(docker, { imageId, ...options })
  return { image, imageBytes: found.Size, exposedPorts: tcpPortsOf(found.Config) }
}
