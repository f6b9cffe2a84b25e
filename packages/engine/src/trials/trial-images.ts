import type { Readable } from 'node:stream'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall, findCall } from '../engine-failure.ts'
import { parseImageName, withDigest, withTag } from '../image/image-name.ts'
import { engineEvents, type TransferEvent } from '../image/transfer.ts'
import { labelName } from '../labels.ts'
import type { ImageDescription } from './trial-engine.ts'

export async function describeImage(
  docker: Dockerode,
  image: string,
  signal: AbortSignal | undefined,
): Promise<ImageDescription | undefined> {
  const name = parseImageName(image)
  const found = await findCall(`look for ${image} among its images`, signal, () =>
    docker.getImage(name.digest ? withDigest(name, name.digest) : withTag(name)).inspect(),
  )
  if (!found) return undefined
  const { Variant } = found as { Variant?: string }
  return {
    imageId: found.Id,
    sizeBytes: found.Size,
    layers: found.RootFS?.Layers?.length ?? 0,
    architecture: found.Architecture,
    os: found.Os,
    variant: Variant || null,
    config: found.Config as unknown as Record<string, unknown>,
  }
}

/** Before it is started, a container has the files of its image and some empty ones that the engine mounts upon. */
export async function flattenImage(
  docker: Dockerode,
  imageId: string,
  abortSignal: AbortSignal | undefined,
): Promise<Readable> {
  const created = await engineCall('make a container of the image', abortSignal, () =>
    docker.createContainer({
      Image: imageId,
      // Never run, but the engine makes no container without a command.
      Entrypoint: ['-'],
      Cmd: [],
      NetworkDisabled: true,
      Labels: { [labelName.role]: 'trial' },
      abortSignal,
    }),
  )
  const files = await engineCall('write out the files of the image', abortSignal, () =>
    docker.getContainer(created.id).export({ abortSignal }),
  )
  return files as Readable
}

export async function loadTrialImage(
  docker: Dockerode,
  archive: Readable,
  { name, signal }: { name: string; signal: AbortSignal | undefined },
): Promise<void> {
  const stream = await engineCall('take the smaller image', signal, () =>
    docker.loadImage(archive, { quiet: true, abortSignal: signal }),
  )
  for await (const { errorDetail, error } of engineEvents<TransferEvent>(stream as Readable, signal)) {
    const words = errorDetail?.message ?? error
    if (words) throw new PlatformError('engine_failed', `The engine could not take the smaller image: ${words}`)
  }
  await engineCall(`find the image ${name}`, signal, () => docker.getImage(name).inspect())
}
