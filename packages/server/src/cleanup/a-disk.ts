import type { CacheRecord, DiskLook, OwnImage } from '@berth/contract'
import type { ImageNeeds } from './image-needs.ts'

export const GiB = 1024 ** 3
export const dayMs = 24 * 3_600_000

/** An image to test with; say only what matters. */
export const anImage = (imageId: string, change: Partial<OwnImage> = {}): OwnImage => {
  const app = change.app === undefined ? 'shop' : change.app
  return {
    ...{ imageId, app, kind: 'app', sizeBytes: GiB, layers: [], parentId: null, isUsed: false },
    names: change.kind === 'cache' ? [] : [`127.0.0.1:5000/${app}@${imageId}`],
    ...{ createdAtMs: 0, usedAtMs: 0 },
    ...change,
  }
}

/** A step of a build that wrote one layer. */
export const aStep = (imageId: string, layers: number[], change: Partial<OwnImage> = {}): OwnImage =>
  anImage(imageId, { kind: 'cache', layers, ...change })

export const aRecord = (recordId: string, change: Partial<CacheRecord> = {}): CacheRecord => ({
  ...{ recordId, sizeBytes: GiB, isUsed: false, usedAtMs: 0 },
  ...change,
})

export const aLook = (
  images: OwnImage[],
  { layers, ...change }: Omit<Partial<DiskLook>, 'layers'> & { layers?: (number | 'held')[] } = {},
): DiskLook => ({
  ...{ totalBytes: 100 * GiB, usedBytes: 10 * GiB, registryBytes: null, images, cacheRecords: [] },
  layers: (layers ?? []).map((size) =>
    size === 'held' ? { sizeBytes: GiB, isHeld: true } : { sizeBytes: size, isHeld: false },
  ),
  ...change,
})

export const needsOf = (
  change: { needed?: string[]; past?: string[]; apps?: string[]; removedApps?: string[] } = {},
): ImageNeeds => ({
  needed: new Set(change.needed),
  past: new Set(change.past),
  apps: new Set(change.apps ?? ['shop']),
  removedApps: new Set(change.removedApps),
})
