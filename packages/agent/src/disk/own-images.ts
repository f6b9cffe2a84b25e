import type { OwnImage } from '@berth/contract'
import type { MachineImage } from '@berth/engine'
import type { LedgerPage } from './image-ledger.ts'
import { isPublishTag } from './publish-tags.ts'

export type Owned = Omit<OwnImage, 'layers'> & { image: MachineImage }

const ownRegistry = '127.0.0.1:5000/'

/**
 * Which images of the machine are Berth's: those that have no name but from the cluster's registry or from a pull of
 * Berth's, and the steps of its builds. A label proves nothing, since what people build on such an image has it, too.
 */
export function ownImages(images: readonly MachineImage[], ledger: LedgerPage): Owned[] {
  const own = images.flatMap((image): Owned[] => {
    const found = ownershipOf(image, ledger)
    if (!found) return []
    const { imageId, parentId, sizeBytes, createdAtMs, digests: names } = image
    const rest = { imageId, parentId, sizeBytes, createdAtMs, names, isUsed: false, image }
    return [{ ...rest, usedAtMs: createdAtMs, ...found }]
  })
  const used = usedImages(images, new Set(own.map(({ imageId }) => imageId)))
  return own.map((one) => ({ ...one, isUsed: used.has(one.imageId) }))
}

function ownershipOf(
  { imageId, tags, digests }: MachineImage,
  { steps, pulls }: LedgerPage,
): (Pick<OwnImage, 'kind' | 'app'> & { usedAtMs?: number }) | undefined {
  if (!tags.every((tag) => isPublishTag(tag, imageId))) return undefined
  if (digests.length === 0) {
    if (tags.length > 0) return undefined // It is being published.
    const step = steps[imageId]
    return step && { kind: 'cache', ...step }
  }
  const [inRegistry] = digests.filter((name) => name.startsWith(ownRegistry))
  if (!digests.every((name) => name.startsWith(ownRegistry) || pulls[name])) return undefined
  if (inRegistry) return { kind: 'app', app: inRegistry.slice(ownRegistry.length).split('@')[0] ?? null }
  return { kind: 'pulled', app: null, usedAtMs: Math.max(...digests.map((name) => pulls[name]?.usedAtMs ?? 0)) }
}

/** By a container, or by an image that is not Berth's, or by one that is used itself. */
function usedImages(images: readonly MachineImage[], own: ReadonlySet<string>): Set<string> {
  const parents = new Map(images.map(({ imageId, parentId }) => [imageId, parentId]))
  const used = new Set<string>()
  for (const { imageId, isUsed } of images) {
    if (!isUsed && own.has(imageId)) continue
    for (let id: string | null | undefined = imageId; id && !used.has(id); id = parents.get(id)) used.add(id)
  }
  return used
}
