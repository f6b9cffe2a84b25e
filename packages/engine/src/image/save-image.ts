import type { Readable } from 'node:stream'
import type Dockerode from 'dockerode'
import { engineCall, findCall } from '../engine-failure.ts'
import type { LocalImage } from '../machine-engine/machine-engine.ts'
import { parseImageName, withDigest, withTag } from './image-name.ts'

/** See MachineEngine.findImage. */
export async function findImage(
  docker: Dockerode,
  image: string,
  signal: AbortSignal | undefined,
): Promise<LocalImage | undefined> {
  const name = parseImageName(image)
  const found = await findCall(`look for ${image} among its images`, signal, () =>
    docker.getImage(name.digest ? withDigest(name, name.digest) : withTag(name)).inspect(),
  )
  return found && { imageId: found.Id, sizeBytes: found.Size }
}

/** See MachineEngine.saveImage. */
export async function saveImage(
  docker: Dockerode,
  imageId: string,
  signal: AbortSignal | undefined,
): Promise<Readable> {
  const archive = (await engineCall('write out an image', signal, () => docker.getImage(imageId).get())) as Readable
  // The engine's client takes no signal for this, so that one may have come while it was waited for.
  if (!signal?.aborted) return archive
  archive.destroy()
  throw signal.reason
}
