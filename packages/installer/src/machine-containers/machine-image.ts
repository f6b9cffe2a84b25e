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

/** Quick where nothing has changed: the engine remembers the layers. */
export async function buildMachineImage(docker: Docker, { isNewer, onProgress, signal }: Options = {}): Promise<void> {
  const source = { context, src: await readdir(context) }
  const [t, dockerfile] = isNewer ? [newerMachineImage, 'Dockerfile.newer'] : [machineImage, 'Dockerfile']
  const stream = await docker.buildImage(source, { t, dockerfile, forcerm: true, abortSignal: signal })
  await followImageStream(docker, stream, onProgress ?? (() => undefined))
}

/** Answers with the name of the image. */
export async function ensureMachineImage(docker: Docker, options: Options = {}): Promise<string> {
  const image = options.isNewer ? newerMachineImage : machineImage
  const images = await docker.listImages({ filters: { reference: [image] } })
  if (images.length === 0) await buildMachineImage(docker, options)
  return image
}
