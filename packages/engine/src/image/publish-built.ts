import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { tcpPortsOf } from './image-config.ts'
import { parseImageName } from './image-name.ts'
import { type OutsidePush, type PushOutcome, pushOutside, underName } from './push-outside.ts'
import { publish } from './resolve-image.ts'

type Published = { image: string; imageBytes: number; exposedPorts: number[]; pushed?: PushOutcome }
type Options = {
  publishTo: string
  signal: AbortSignal
  onProgress?: (progress: string) => void
  push?: OutsidePush | undefined
}

/** See MachineEngine.publishBuilt. */
export async function publishBuilt(
  docker: Dockerode,
  imageId: string,
  { push, ...options }: Options,
): Promise<Published> {
  const { signal } = options
  const found = await engineCall('look at the image that was built', signal, () => docker.getImage(imageId).inspect())
  const described = { imageBytes: found.Size, exposedPorts: tcpPortsOf(found.Config) }
  const publishIt = () => publish(docker, { imageId, ...options })
  if (!push) return { image: await publishIt(), ...described }
  const name = parseImageName(push.to)
  // Named before it is published: what loses its last name with that is gone.
  return underName(docker, { imageId: found.Id, name, signal }, async () => {
    const image = await publishIt()
    return { image, ...described, pushed: await pushOutside(docker, name, push.credentials, options) }
  })
}
