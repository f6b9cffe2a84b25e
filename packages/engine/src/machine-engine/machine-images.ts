import type Dockerode from 'dockerode'
import { engineCall, engineStatus, engineWords, findCall } from '../engine-failure.ts'
import { inBatches } from './batches.ts'
import { layerSizesOf } from './layer-sizes.ts'
import type { MachineEngine, MachineImage } from './machine-engine.ts'

export type ImageMethods = Pick<MachineEngine, 'listImages' | 'layerSizes' | 'removeImage'>

type Layered = Pick<MachineImage, 'layers'>

export function machineImagesOf(docker: Dockerode): ImageMethods {
  // An image never changes, so each is looked at once.
  let known = new Map<string, Layered>()

  return {
    async listImages(signal) {
      const [images, containers] = await engineCall('list its images', signal, () =>
        Promise.all([
          docker.listImages({ all: true, abortSignal: signal }),
          docker.listContainers({ all: true, abortSignal: signal }),
        ]),
      )
      const used = new Set(containers.map(({ ImageID }) => ImageID))
      const found = await inBatches(images, async (image): Promise<MachineImage[]> => {
        const layered = known.get(image.Id) ?? (await layersOf(docker, image.Id, signal))
        return layered ? [{ ...describe(image), ...layered, isUsed: used.has(image.Id) }] : []
      })
      known = new Map(found.flat().map(({ imageId, layers }) => [imageId, { layers }]))
      return found.flat()
    },

    async layerSizes({ imageId, layers, sizeBytes }, signal) {
      const history = await findCall('look at the layers of an image', signal, () => docker.getImage(imageId).history())
      const sizes = ((history ?? []) as { Size: number }[]).map(({ Size }) => Size)
      return layerSizesOf(sizes.toReversed(), { layerCount: layers.length, sizeBytes })
    },

    removeImage: (reference, signal) => removeImage(docker, reference, signal),
  }
}

function describe({ Id, ParentId, RepoTags, RepoDigests, Size, Created }: Dockerode.ImageInfo) {
  return {
    imageId: Id,
    parentId: ParentId || null,
    tags: named(RepoTags),
    digests: named(RepoDigests),
    sizeBytes: Size,
    createdAtMs: Created * 1_000,
  }
}

/** The engine lists what has no name under this one. */
const named = (names: readonly string[] | null | undefined) =>
  (names ?? []).filter((name) => !name.startsWith('<none>'))

/** Undefined for one that went meanwhile. */
async function layersOf(docker: Dockerode, imageId: string, signal: AbortSignal | undefined) {
  const found = await findCall('look at an image', signal, () => docker.getImage(imageId).inspect())
  return found && { layers: found.RootFS.Layers ?? [] }
}

/**
 * Never by force, and never what it was built on: the engine itself refuses what something still needs, also if that came
 * a moment ago.
 */
async function removeImage(docker: Dockerode, reference: string, abortSignal: AbortSignal | undefined) {
  return engineCall(`remove the image ${reference}`, abortSignal, async () => {
    try {
      await docker.getImage(reference).remove({ noprune: true, force: false, abortSignal })
      return { isRemoved: true as const }
    } catch (error) {
      if (engineStatus(error) === 404) return { isRemoved: true as const }
      if (engineStatus(error) === 409) return { isRemoved: false as const, reason: engineWords(error) }
      throw error
    }
  })
}
