import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'

type ImageName = { repo: string; tag: string }
type TransferEvent = { status?: string; error?: string; progressDetail?: { current?: number } }

/** Makes an image of one layer, which nothing can compress. */
export async function makeImage(docker: Docker, { repo, tag }: ImageName, layerBytes: number): Promise<void> {
  const archive = pack()
  archive.entry({ name: 'random' }, randomBytes(layerBytes))
  archive.finalize()
  await follow(await docker.importImage(archive.pipe(new PassThrough()), { repo, tag }))
}

/** `onMoving` is called once, when the first bytes are under way. */
export async function pushImage(docker: Docker, { repo, tag }: ImageName, onMoving: () => void): Promise<void> {
  let isMoving = false
  const stream = await docker.getImage(repo).push({ tag, authconfig: { username: '', password: '' } })
  await follow(stream, ({ status, progressDetail }) => {
    if (isMoving || status !== 'Pushing' || !progressDetail?.current) return
    isMoving = true
    onMoving()
  })
}

export async function pullImage(docker: Docker, { repo, tag }: ImageName): Promise<void> {
  await follow(await docker.pull(`${repo}:${tag}`))
}

/** The engine tells of failures in the stream, after it has answered 200. */
async function follow(stream: NodeJS.ReadableStream, onEvent: (event: TransferEvent) => void = () => {}) {
  for await (const line of createInterface({ input: stream })) {
    const event: TransferEvent = JSON.parse(line)
    if (event.error) throw new Error(event.error)
    onEvent(event)
  }
}
