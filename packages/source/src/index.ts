export type { ArchiveEntry, ArchiveEntryKind } from './archive/archive-entry.ts'
export { type ArchiveLimits, type ArchiveOptions, defaultArchiveLimits } from './archive/archive-limits.ts'
export { inspectArchive } from './archive/inspect-archive.ts'
export { unpackArchive } from './archive/unpack-archive.ts'
export type { ArchiveListing } from './archive/walk-archive.ts'
export { type PackingProgress, type PackOptions, packFolder } from './packing/pack-folder.ts'
export {
  defaultPackingLimits,
  type PackingLimits,
  type PackingOptions,
  type PackingPlan,
  planPacking,
} from './packing/plan-packing.ts'
