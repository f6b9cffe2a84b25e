import type Dockerode from 'dockerode'
import { findCall } from '../engine-failure.ts'
import { type ImageName, parseImageName, withDigest, withTag } from './image-name.ts'
import { failureFromWords, registryFailure } from './registry-failure.ts'
import { clusterRegistry, waitForRegistry } from './registry-patience.ts'
import { followTransfer } from './transfer.ts'

type Options = { signal?: AbortSignal | undefined; onProgress?: ((progress: string) => void) | undefined }

/** See MachineEngine.pullImage. */
export async function pullImage(docker: Dockerode, image: string, options: Options = {}): Promise<void> {
  const name = parseImageName(image)
  const found = await findCall(`look for ${image} among its images`, options.signal, () =>
    docker.getImage(name.digest ? withDigest(name, name.digest) : withTag(name)).inspect(),
  )
  if (found) return
  const attempt = () => pull(docker, name, options)
  await (name.registry === clusterRegistry ? waitForRegistry(attempt, options) : attempt())
}

async function pull(docker: Dockerode, name: ImageName, { signal, onProgress }: Options): Promise<void> {
  onProgress?.('pulling')
  const stream = await startPull(docker, name, signal)
  const { failure } = await followTransfer(stream, { verb: 'pulling', signal, onProgress })
  if (failure) throw failureFromWords(name, failure)
}

async function startPull(docker: Dockerode, name: ImageName, signal: AbortSignal | undefined) {
  try {
    return await docker.createImage({ fromImage: name.familiar, tag: name.digest ?? name.tag, abortSignal: signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw registryFailure(name, error)
  }
}
