import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type Docker from 'dockerode'
import { machineImage } from './machine-options.ts'

const context = resolve(import.meta.dirname, '../../deploy/machine')

/** Quick where nothing has changed: the engine remembers the layers. */
export async function buildMachineImage(docker: Docker, signal?: AbortSignal): Promise<void> {
  const source = { context, src: await readdir(context) }
  const stream = await docker.buildImage(source, { t: machineImage, forcerm: true, abortSignal: signal })
  await followStream(docker, stream)
}

export async function ensureMachineImage(docker: Docker, signal?: AbortSignal): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [machineImage] } })
  if (images.length === 0) await buildMachineImage(docker, signal)
}

/** Brings images from one engine to another, each layer once. */
export async function copyImages(names: readonly string[], { from, to }: { from: Docker; to: Docker }): Promise<void> {
  if (names.length === 0) return
  const call = { path: '/images/get?', method: 'GET', options: { names }, isStream: true, statusCodes: { 200: true } }
  const archive = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    from.modem.dial(call, (error, stream) => (error ? reject(error) : resolve(stream as NodeJS.ReadableStream)))
  })
  await followStream(to, await to.loadImage(archive, { quiet: true }))
}

type ImageEvent = { error?: string; stream?: string }

function followStream(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, events: ImageEvent[] = []) => {
      const failure = error?.message ?? events.find((event) => event.error)?.error
      const log = events.flatMap((event) => event.stream ?? []).join('')
      if (failure) reject(new Error(`${failure}\n${log.slice(-2000)}`))
      else resolve()
    })
  })
}
