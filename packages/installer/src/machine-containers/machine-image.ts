import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type Docker from 'dockerode'
import { followImageStream } from '../base-images/image-stream.ts'
import { machineImage } from './machine-options.ts'

const context = resolve(import.meta.dirname, '../../../../deploy/machine')

type Options = { onProgress?: ((words: string) => void) | undefined; signal?: AbortSignal | undefined }

/** Quick where nothing has changed: the engine remembers the layers. */
export async function buildMachineImage(docker: Docker, { onProgress, signal }: Options = {}): Promise<void> {
  const source = { context, src: await readdir(context) }
  const stream = await docker.buildImage(source, { t: machineImage, forcerm: true, abortSignal: signal })
  await followImageStream(docker, stream, onProgress ?? (() => undefined))
}

export async function ensureMachineImage(docker: Docker, options?: Options): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [machineImage] } })
  if (images.length === 0) await buildMachineImage(docker, options)
}
