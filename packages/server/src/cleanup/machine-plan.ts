import {
  buildCacheBudgetBytes,
  type CacheRecord,
  type CleanupStep,
  type DiskLook,
  diskRatios,
  formatBytes,
  type OwnImage,
} from '@berth/contract'
import { cacheOrder } from './cache-order.ts'
import { digestOf, type ImageNeeds } from './image-needs.ts'
import { layerCounts } from './layer-counts.ts'
import { removalReason } from './removal-reason.ts'

/** As the machine is told it, and as people read it. */
export type MachineStep = CleanupStep & {
  kind: 'remove_images' | 'remove_build_cache'
  imageIds: string[]
  recordIds: string[]
}

export type MachinePlan = {
  steps: MachineStep[]
  /** Of all steps, in the order in which they can go. */
  imageIds: string[]
}

export type MachinePlanInput = {
  machine: string
  look: DiskLook
  needs: ImageNeeds
  /** Only what is of this app, and no build cache. */
  app?: string | undefined
  nowMs: number
}

/**
 * What may go from a machine: first what nothing needs, then build cache beyond its budget, oldest first; where the disk
 * is too full, also cache within it, until there is room again. What both builders left is one cache. Decides by what it is given, and changes nothing.
 */
export function planMachine(input: MachinePlanInput): MachinePlan {
  const draft = createDraft(input)
  for (const { image, reason } of unneeded(input)) draft.remove(image, reason)
  if (input.app === undefined) removeCache(draft, input)
  return draft.plan
}

type Draft = ReturnType<typeof createDraft>

function createDraft({ machine, look }: MachinePlanInput) {
  const counts = layerCounts(look)
  const plan: MachinePlan = { steps: [], imageIds: [] }
  let freedBytes = 0
  let recordBytes = look.cacheRecords.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return {
    plan,
    remove(image: OwnImage, reason: string) {
      const { imageId, names, app } = image
      const kind = image.kind === 'cache' ? 'remove_build_cache' : 'remove_images'
      const sizeBytes = counts.remove(image)
      freedBytes += sizeBytes
      plan.imageIds.push(imageId)
      const images = names.length > 0 ? names : [imageId]
      addTo(plan, { kind, machine, app, images, imageIds: [imageId], recordIds: [], sizeBytes, reason })
    },
    removeRecord({ recordId, sizeBytes }: CacheRecord, reason: string) {
      freedBytes += sizeBytes
      recordBytes -= sizeBytes
      const what = { app: null, images: [recordId], imageIds: [], recordIds: [recordId] }
      addTo(plan, { kind: 'remove_build_cache', machine, ...what, sizeBytes, reason })
    },
    freedBytes: () => freedBytes,
    cacheBytes: () => counts.cacheBytes() + recordBytes,
  }
}

function removeCache(draft: Draft, { look, needs }: MachinePlanInput) {
  const budgetBytes = buildCacheBudgetBytes(look.totalBytes)
  const wantedBytes = isPressing(look) ? look.usedBytes - look.totalBytes * diskRatios.enough : 0
  const reasonFor = (app: string | null) => {
    if (app !== null && needs.removedApps.has(app)) return 'its app was removed'
    if (draft.cacheBytes() > budgetBytes) return `beyond the ${formatBytes(budgetBytes)} for build cache`
    return draft.freedBytes() < wantedBytes ? `the disk is ${percent(look)} % full` : undefined
  }
  const isBuiltOn = new Set<string>()
  const removeStep = (image: OwnImage) => {
    const reason = isBuiltOn.has(image.imageId) ? undefined : reasonFor(image.app)
    if (reason) draft.remove(image, reason)
    else if (image.parentId) isBuiltOn.add(image.parentId)
  }
  const removeRecord = (record: CacheRecord) => {
    const reason = record.isUsed ? undefined : reasonFor(null)
    if (reason) draft.removeRecord(record, reason)
  }
  const records = [...look.cacheRecords]
  for (const image of cacheOrder(look.images)) {
    // Of a machine whose builder is another one now, what the former one left is the older.
    while (records[0] && records[0].usedAtMs < image.usedAtMs) removeRecord(records.shift() as CacheRecord)
    removeStep(image)
  }
  for (const record of records) removeRecord(record)
}

export const isPressing = ({ usedBytes, totalBytes }: Pick<DiskLook, 'usedBytes' | 'totalBytes'>): boolean =>
  totalBytes > 0 && usedBytes / totalBytes >= diskRatios.warning

const percent = ({ usedBytes, totalBytes }: DiskLook) => Math.round((usedBytes / totalBytes) * 100)

function unneeded({ look, needs, app, nowMs }: MachinePlanInput): { image: OwnImage; reason: string }[] {
  // The same content under another name is needed, too: it would only be pulled again.
  const neededDigests = new Set([...needs.needed].map(digestOf))
  return look.images.flatMap((image) => {
    if (image.kind === 'cache' || image.isUsed || (app !== undefined && image.app !== app)) return []
    if (image.names.some((name) => neededDigests.has(digestOf(name)))) return []
    const sinceMs = image.kind === 'pulled' ? image.usedAtMs : image.createdAtMs
    const reason = removalReason({ ...image, sinceMs }, needs, nowMs)
    return reason ? [{ image, reason }] : []
  })
}

/** Into the step of the same app and reason, so that a plan is short enough to be read. */
function addTo({ steps }: MachinePlan, removal: MachineStep) {
  const { kind, app, reason, images, imageIds, recordIds, sizeBytes } = removal
  const same = steps.find((step) => step.kind === kind && step.app === app && step.reason === reason)
  if (!same) return void steps.push({ ...removal, images: [...images] })
  same.images.push(...images)
  same.imageIds.push(...imageIds)
  same.recordIds.push(...recordIds)
  same.sizeBytes += sizeBytes
}
