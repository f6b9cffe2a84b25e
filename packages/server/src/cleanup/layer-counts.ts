import type { DiskLook, OwnImage } from '@berth/contract'

type Layered = Pick<OwnImage, 'imageId' | 'layers' | 'kind'>

/** What the disk gets back when images go one after the other: a layer goes with the last image that has it. */
export function layerCounts({ layers, images }: Pick<DiskLook, 'layers'> & { images: readonly Layered[] }) {
  const owners = layers.map(() => 0)
  /** Those that are more than steps of builds. */
  const keepers = layers.map(() => 0)
  for (const image of images) count(image, 1)

  function count({ layers: places, kind }: Layered, by: 1 | -1) {
    for (const place of new Set(places)) {
      owners[place] = (owners[place] ?? 0) + by
      if (kind !== 'cache') keepers[place] = (keepers[place] ?? 0) + by
    }
  }

  const sumOf = (isCounted: (place: number) => boolean, places = layers.keys()) => {
    let sum = 0
    for (const place of places) {
      const layer = layers[place]
      if (layer && !layer.isHeld && isCounted(place)) sum += layer.sizeBytes
    }
    return sum
  }

  return {
    /** Takes an image away and tells what that frees. */
    remove(image: Layered): number {
      count(image, -1)
      return sumOf((place) => owners[place] === 0, new Set(image.layers).values())
    },
    /** On the disk for nothing but the next build. */
    cacheBytes: () => sumOf((place) => (owners[place] ?? 0) > 0 && keepers[place] === 0),
  }
}
