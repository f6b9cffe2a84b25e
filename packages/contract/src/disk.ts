import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { AppName } from './names.ts'

/** How full a disk may be, as a share: told from `warning` on, and Berth makes room by itself until `enough` is reached. */
export const diskRatios = { enough: 0.75, warning: 0.85, failed: 0.95 } as const

const mostBuildCacheBytes = 5 * 1024 ** 3
const mostBuildCacheRatio = 0.1

/** What all builds of a machine may keep there for the next ones; less on a small disk. */
export const buildCacheBudgetBytes = (diskBytes: number): number =>
  Math.min(mostBuildCacheBytes, Math.floor(diskBytes * mostBuildCacheRatio))

/** Of each app, the images of so many releases are kept, beside those of what serves and of what is under way. */
export const keptReleases = 10

export const diskUseKinds = ['images', 'build_cache', 'registry', 'logs'] as const
export type DiskUseKind = (typeof diskUseKinds)[number]

/** What Berth has on a disk; everything else there is somebody else's and is not looked into. */
export const DiskUse = z.strictObject({
  /** `logs`: at most; what the engine keeps of an instance's log is bounded. */
  kind: z.enum(diskUseKinds),
  /** Null where it is of no single app. */
  app: z.string().nullable(),
  /** Layers that several images share count once, for the first of them. */
  sizeBytes: z.int(),
})
export type DiskUse = z.infer<typeof DiskUse>

export const CleanupStep = z.strictObject({
  kind: z.enum(['remove_images', 'remove_build_cache', 'remove_from_registry', 'collect_registry']),
  /** Where, by name; for the registry, the machine that holds it. */
  machine: z.string(),
  app: z.string().nullable(),
  /** Names with digest; of build cache and of what has no name any more, ids. */
  images: z.array(z.string()),
  /** That it frees; 0 where it only makes room for what another step frees. */
  sizeBytes: z.int(),
  /** Why it may go. */
  reason: z.string(),
})
export type CleanupStep = z.infer<typeof CleanupStep>

/** Something that could not be looked at or removed now, and why. */
export const CleanupRefusal = z.strictObject({ machine: z.string(), what: z.string(), reason: z.string() })
export type CleanupRefusal = z.infer<typeof CleanupRefusal>

export const MachineDisk = z.strictObject({
  machine: z.string(),
  /** `unknown` while its agent does not answer; then all that follows is null or empty. */
  state: z.enum(['ok', 'warning', 'failed', 'unknown']),
  totalBytes: z.int().nullable(),
  /** By whatever is on it. */
  usedBytes: z.int().nullable(),
  /** Until it is full, if it goes on filling up as it did; null where it does not, or where too little was measured. */
  daysLeft: z.number().nullable(),
  /** The largest first. */
  uses: z.array(DiskUse),
  /** What builds left for the next ones, whichever builder they were built by; it is among the uses as well. */
  buildCache: z
    .strictObject({
      sizeBytes: z.int(),
      /** Beyond that, the oldest goes. */
      budgetBytes: z.int(),
      /** Of it, that a cleanup would free now. */
      removableBytes: z.int(),
    })
    .nullable(),
  /** That a cleanup would free now. */
  removableBytes: z.int(),
})
export type MachineDisk = z.infer<typeof MachineDisk>

export const Disk = z.strictObject({
  /** The fullest first. */
  machines: z.array(MachineDisk),
  /** What a cleanup would do now. */
  steps: z.array(CleanupStep),
  refusals: z.array(CleanupRefusal),
  /** When all machines were cleaned up last; null if never. */
  cleanedAt: z.iso.datetime().nullable(),
})
export type Disk = z.infer<typeof Disk>

export const Cleanup = z.strictObject({
  isDryRun: z.boolean(),
  /** What was done, or what would be. */
  steps: z.array(CleanupStep),
  refusals: z.array(CleanupRefusal),
  freedBytes: z.int(),
})
export type Cleanup = z.infer<typeof Cleanup>

// They tell of the apps of all projects.
const byAdmins = { access: 'admin', on: 'platform' } as const

export const getDisk = defineEndpoint({
  ...byAdmins,
  method: 'GET',
  path: '/v1/disk',
  summary: 'What uses the disks of the machines, and what of it could go',
  result: Disk,
  errors: ['engine_unavailable'],
})

/** Answers once it is done. */
export const startCleanup = defineEndpoint({
  ...byAdmins,
  method: 'POST',
  path: '/v1/cleanup',
  summary: 'Remove the images and the build cache of Berth that nothing needs, or say what would be removed',
  body: z.strictObject({
    isDryRun: z.boolean().default(false),
    /** Only what is of this app. */
    app: AppName.optional(),
  }),
  result: Cleanup,
  errors: ['engine_unavailable'],
})
