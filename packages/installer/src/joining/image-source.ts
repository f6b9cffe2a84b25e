import type { JoinSettings } from '@berth/contract'
import type Docker from 'dockerode'
import { followImageStream } from '../base-images/image-stream.ts'
import { copyImages } from '../images/copy-images.ts'
import { publishedEdgeImage } from '../names.ts'
import type { JoinDoor } from './join-door.ts'
import { forwardRegistry } from './registry-forwarder.ts'

export type Bringing = { to: Docker; onProgress(words: string): void; signal?: AbortSignal | undefined }

/** Where a machine that joins gets the images of Berth's own parts from. Brings what it lacks. */
export type ImageSource = { bring(missing: readonly string[], bringing: Bringing): Promise<void> }

/** Another engine, as a stream from one to the other: needs no registry and no network but the one to the machine. */
export const imagesOfEngine = (from: Docker): ImageSource => ({
  bring: (missing, { to, ...how }) => copyImages(missing, { ...how, from, to }),
})

/** The cluster's registry, through the door that the token opens. Only for the engine of this very machine. */
export const imagesOfDoor = (door: JoinDoor, { edge }: JoinSettings['images']): ImageSource => ({
  async bring(missing, { to, onProgress, signal }) {
    const forwarder = await forwardRegistry(door)
    try {
      for (const name of missing) {
        const published = name === edge ? publishedEdgeImage(edge) : name
        await followImageStream(to, await to.pull(published, { abortSignal: signal }), (words) =>
          onProgress(`${name}: ${words}`),
        )
        if (published !== name) await rename(to, published, name)
      }
    } finally {
      await forwarder.close()
    }
  },
})

async function rename(docker: Docker, from: string, to: string): Promise<void> {
  const [repo = '', tag = ''] = to.split(':')
  await docker.getImage(from).tag({ repo, tag })
  await docker.getImage(from).remove()
}
