import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type Docker from 'dockerode'
import { followImageStream } from '../base-images/image-stream.ts'
import { machineImage, newerMachineImage } from './machine-options.ts'

const context = resolve(import.meta.dirname, '../../../../deploy/machine')

type Options = {
  /** With the engine of the Debian release after the usual one. */
  isNewer?: boolean | undefined
  onProgress?: ((words: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Answers with its name. Quick where nothing has changed: the engine remembers the layers. */
export async function buildMachineImage(docker: Docker, options: Options = {}): Promise<string> {
  const { isNewer, onProgress, signal } = options
  const source = { context, src: await readdir(context) }
  const [image, dockerfile] = isNewer ? [newerMachineImage, 'Dockerfile.newer'] : [machineImage, 'Dockerfile']
  const stream = await docker.buildImage(source, { t: image, dockerfile, forcerm: true, abortSignal: signal })
  await followImageStream(docker, stream, onProgress ?? (() => undefined))
  return image
}

/** The usual one, where there is none yet. Answers with its name. */
export async function ensureMachineImage(docker: Docker, options?: Options): Promise<string> {
  const images = await docker.listImages({ filters: { reference: [machineImage] } })
  return images.length > 0 ? machineImage : buildMachineImage(docker, options)
}
