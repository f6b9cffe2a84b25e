export type { ArchiveEntry, ArchiveEntryKind } from './archive/archive-entry.ts'
export { type ArchiveLimits, type ArchiveOptions, defaultArchiveLimits } from './archive/archive-limits.ts'
export { leadsOut } from './archive/entry-links.ts'
export { findNameFault } from './archive/entry-name.ts'
export { inspectArchive } from './archive/inspect-archive.ts'
export { unpackArchive } from './archive/unpack-archive.ts'
export type { ArchiveListing } from './archive/walk-archive.ts'
export { findApplicationName } from './detection/application-name.ts'
export { type DetectedSource, type DetectOptions, detectSource, type SourceService } from './detection/detect-source.ts'
export type { Detected, Recipe, RecipeKind, Version } from './detection/recipe.ts'
export { folderView, memoryView, type SourceView } from './detection/source-view.ts'
export { renderDockerfile } from './dockerfile/render-dockerfile.ts'
export { renderDockerignore } from './dockerfile/render-dockerignore.ts'
export { type PackingProgress, type PackOptions, packFolder } from './packing/pack-folder.ts'
export {
  defaultPackingLimits,
  type PackingLimits,
  type PackingOptions,
  type PackingPlan,
  planPacking,
} from './packing/plan-packing.ts'
