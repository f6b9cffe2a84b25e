import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { formatBytes } from '@berth/contract'
import type Docker from 'dockerode'
import { followImageStream } from '../base-images/image-stream.ts'

type Copy = {
  from: Docker
  to: Docker
  onProgress?: ((words: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Brings images from one engine to another under the same names, each layer once, as a stream. */
export async function copyImages(names: readonly string[], { from, to, onProgress, signal }: Copy): Promise<void> {
  if (names.length === 0) return
  const counted = countBytes((bytes) => onProgress?.(`${formatBytes(bytes)} of ${names.join(', ')}`))
  const saving = pipeline(await saveImages(from, names, signal), counted, { signal })
  const loading = to
    .loadImage(counted, { quiet: true, abortSignal: signal })
    .then((answer) => followImageStream(to, answer, () => undefined))
  await Promise.all([saving, loading])
}

const isMissing = (error: { statusCode?: number }): true => {
  if (error.statusCode === 404) return true
  throw error
}

export async function listMissingImages(docker: Docker, names: readonly string[]): Promise<string[]> {
  const missing = await Promise.all(
    names.map((name) =>
      docker
        .getImage(name)
        .inspect()
        .then(() => false, isMissing),
    ),
  )
  return names.filter((_, index) => missing[index])
}

/** dockerode can save one image only; the engine's API takes several, and sends what they share once. */
function saveImages(
  docker: Docker,
  names: readonly string[],
  abortSignal?: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const statusCodes = { 200: true, 404: 'no such image', 500: 'server error' }
  const call = { path: '/images/get?', method: 'GET', options: { names }, isStream: true, statusCodes, abortSignal }
  return new Promise((resolve, reject) => {
    docker.modem.dial(call, (error, stream) => (error ? reject(error) : resolve(stream as NodeJS.ReadableStream)))
  })
}

function countBytes(report: (bytes: number) => void): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      report(bytes)
      done(null, chunk)
    },
  })
}
