import type { OwnImage } from '@berth/contract'

type Cached = { image: OwnImage; depth: number }

/**
 * Steps of builds in the order in which they may go: what none is built on any more, and of that the oldest of the app
 * with the most of it. So one that is built all day does not take the cache of one that is built now and then.
 */
export function cacheOrder(images: readonly OwnImage[]): OwnImage[] {
  const cached = images.filter(({ kind }) => kind === 'cache')
  const depthOf = depths(cached)
  const ranked = [...Map.groupBy(cached, ({ app }) => app).values()].flatMap((ofApp) =>
    ofApp
      .map((image): Cached => ({ image, depth: depthOf(image.imageId) }))
      .toSorted((a, b) => b.image.usedAtMs - a.image.usedAtMs || a.depth - b.depth)
      .map((entry, rank) => ({ ...entry, rank })),
  )
  const wanted = ranked
    .toSorted((a, b) => b.rank - a.rank || a.image.usedAtMs - b.image.usedAtMs || b.depth - a.depth)
    .map(({ image }) => image)
  return leavesFirst(wanted, images)
}

function depths(cached: readonly OwnImage[]): (imageId: string) => number {
  const parents = new Map(cached.map(({ imageId, parentId }) => [imageId, parentId]))
  const known = new Map<string, number>()
  return function depthOf(imageId): number {
    const found = known.get(imageId)
    if (found !== undefined) return found
    const parent = parents.get(imageId)
    const depth = parent && parents.has(parent) ? depthOf(parent) + 1 : 0
    known.set(imageId, depth)
    return depth
  }
}

/** In the order wanted, but none before what is built on it. What is used stays, and so does what that is built on. */
function leavesFirst(wanted: readonly OwnImage[], images: readonly OwnImage[]): OwnImage[] {
  const children = new Map<string, number>()
  for (const { parentId } of images) if (parentId) children.set(parentId, (children.get(parentId) ?? 0) + 1)
  const byId = new Map(wanted.map((image) => [image.imageId, image]))
  const order: OwnImage[] = []
  const done = new Set<string>()

  function take(image: OwnImage) {
    // Upwards, as its parent may have waited only for it; but not before its turn, so only those that were passed over.
    for (let next: OwnImage | undefined = image; next && isFree(next); next = passedOver(next.parentId)) {
      order.push(next)
      done.add(next.imageId)
      if (next.parentId) children.set(next.parentId, (children.get(next.parentId) ?? 1) - 1)
    }
  }
  const waiting = new Set<string>()
  const isFree = ({ imageId, isUsed }: OwnImage) => !isUsed && !done.has(imageId) && (children.get(imageId) ?? 0) === 0
  const passedOver = (parentId: string | null) =>
    parentId !== null && waiting.has(parentId) ? byId.get(parentId) : undefined

  for (const image of wanted) {
    waiting.add(image.imageId)
    take(image)
  }
  return order
}
