import { createHash } from 'node:crypto'
import type { DiskLook } from '@berth/contract'
import type { MachineEngine, MachineImage } from '@berth/engine'
import type { CacheKeeper } from '../builder/cache-keeper.ts'
import { readDiskUse } from '../stats/machine-stats.ts'
import type { ImageLedger } from './image-ledger.ts'
import { type Owned, ownImages } from './own-images.ts'

export type LookDeps = {
  engine: Pick<MachineEngine, 'listImages' | 'layerSizes' | 'measureRegistry'>
  ledger: ImageLedger
  cache: Pick<CacheKeeper, 'look'>
  /** On the disk that images and volumes are on. */
  diskFolder: string
  now(): number
}

/** What Berth has on this machine's disk, as it is at this moment. */
export async function lookAtDisk(deps: LookDeps, signal: AbortSignal): Promise<DiskLook> {
  const { engine, cache, diskFolder } = deps
  const [{ usedBytes, totalBytes }, { images, own }, registryBytes = null, cacheRecords] = await Promise.all([
    readDiskUse(diskFolder),
    listOwn(deps, signal),
    engine.measureRegistry(signal),
    cache.look(signal),
  ])
  const layers = layerTable(own)
  for (const { image } of longestFirst(own)) {
    if (layers.lacksSizesOf(image)) layers.measure(image, await engine.layerSizes(image, signal))
  }
  const ownIds = new Set(own.map(({ imageId }) => imageId))
  for (const image of images) if (!ownIds.has(image.imageId)) layers.hold(image)
  return {
    ...{ usedBytes, totalBytes, registryBytes, cacheRecords },
    layers: layers.list(),
    images: own.map(({ image, ...rest }) => ({ ...rest, layers: layers.placesOf(image) })),
  }
}

/** All images, and which of them are Berth's; the ledger then has no more than these. */
export async function listOwn(
  { engine, ledger, now }: Pick<LookDeps, 'engine' | 'ledger' | 'now'>,
  signal: AbortSignal,
) {
  const lookedAtMs = now()
  const images = await engine.listImages(signal)
  const own = ownImages(images, ledger.read())
  const imageIds = new Set(images.map(({ imageId }) => imageId))
  await ledger.keepOnly({ imageIds, names: new Set(images.flatMap(({ digests }) => digests)) }, lookedAtMs)
  return { images, own }
}

const longestFirst = (own: readonly Owned[]) => own.toSorted((a, b) => b.image.layers.length - a.image.layers.length)

/** The layers of some images, each once: a layer is what it is together with those below it. */
function layerTable(own: readonly Owned[]) {
  const places = new Map<string, number>()
  const layers: { sizeBytes: number | undefined; isHeld: boolean }[] = []
  for (const { image } of own) {
    for (const key of chainOf(image))
      if (!places.has(key)) places.set(key, layers.push({ sizeBytes: undefined, isHeld: false }) - 1)
  }
  const ofImage = (image: MachineImage) => chainOf(image).flatMap((key) => layers[places.get(key) ?? -1] ?? [])

  return {
    placesOf: (image: MachineImage) => chainOf(image).flatMap((key) => places.get(key) ?? []),
    lacksSizesOf: (image: MachineImage) => ofImage(image).some(({ sizeBytes }) => sizeBytes === undefined),
    measure(image: MachineImage, sizes: readonly number[]) {
      for (const [i, layer] of ofImage(image).entries()) layer.sizeBytes ??= sizes[i] ?? 0
    },
    hold(image: MachineImage) {
      for (const layer of ofImage(image)) layer.isHeld = true
    },
    list: () => layers.map(({ sizeBytes = 0, isHeld }) => ({ sizeBytes, isHeld })),
  }
}

function chainOf({ layers }: MachineImage): string[] {
  let below = ''
  return layers.map((layer) => {
    below = createHash('sha256').update(`${below} ${layer}`).digest('base64')
    return below
  })
}
