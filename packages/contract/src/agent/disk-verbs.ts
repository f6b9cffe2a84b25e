import { z } from 'zod'
import { defineVerb } from './channel.ts'

/** An image of Berth's on a machine. */
export const OwnImage = z.strictObject({
  imageId: z.string(),
  /** `app`: from the cluster's registry. `pulled`: from one outside, by Berth and by nobody else. `cache`: a step of a build. */
  kind: z.enum(['app', 'pulled', 'cache']),
  /** With digest; none for `cache`. */
  names: z.array(z.string()),
  /** That it was made for, where that is known. */
  app: z.string().nullable(),
  sizeBytes: z.int(),
  /** Places in `DiskLook.layers`. */
  layers: z.array(z.int().nonnegative()),
  /** That it was built on; it cannot go before this one. */
  parentId: z.string().nullable(),
  /** By an instance, or by anything else that is not Berth's: it cannot go. */
  isUsed: z.boolean(),
  createdAtMs: z.int(),
  /** When a build or a deployment last had use for it. */
  usedAtMs: z.int(),
})
export type OwnImage = z.infer<typeof OwnImage>

/** What a build of Berth's left in BuildKit's cache. What is part of an image as well is counted there, and is none. */
export const CacheRecord = z.strictObject({
  recordId: z.string(),
  sizeBytes: z.int(),
  /** By a build at this moment, or by what is built on it and stays: it cannot go. */
  isUsed: z.boolean(),
  /** When a build last had use for it, or for what is built on it. */
  usedAtMs: z.int(),
})
export type CacheRecord = z.infer<typeof CacheRecord>

/** What Berth has on the disk of a machine. */
export const DiskLook = z.strictObject({
  totalBytes: z.int(),
  usedBytes: z.int(),
  /** Of the images below. `isHeld`: by an image that is not Berth's, so that it stays in any case. */
  layers: z.array(z.strictObject({ sizeBytes: z.int(), isHeld: z.boolean() })),
  images: z.array(OwnImage),
  /** In the order in which they can go. */
  cacheRecords: z.array(CacheRecord),
  /** Of the registry's volume; null on all machines but the one that holds it. */
  registryBytes: z.int().nullable(),
})
export type DiskLook = z.infer<typeof DiskLook>

export const lookAtDisk = defineVerb({ input: z.strictObject({}), output: DiskLook })

/**
 * Removes what the machine itself takes for Berth's and for unused at that moment, in the order given, and nothing else
 * whatever is asked.
 */
export const removeImages = defineVerb({
  input: z.strictObject({ imageIds: z.array(z.string()).max(10_000) }),
  output: z.strictObject({
    removed: z.array(z.string()),
    kept: z.array(z.strictObject({ imageId: z.string(), reason: z.string() })),
  }),
})

/** The same for records of BuildKit's cache. */
export const removeCacheRecords = defineVerb({
  input: z.strictObject({ recordIds: z.array(z.string()).max(10_000) }),
  output: z.strictObject({
    removed: z.array(z.string()),
    kept: z.array(z.strictObject({ recordId: z.string(), reason: z.string() })),
  }),
})

/**
 * On the machine that holds the registry: removes what no image in it needs any more. Nothing may be pushed until it has
 * ended, and it does not end because its caller goes away.
 */
export const collectRegistry = defineVerb({
  input: z.strictObject({}),
  output: z.strictObject({ freedBytes: z.int() }),
})

/** Answers when no such collection runs any more, whoever began it. */
export const awaitCollection = defineVerb({ input: z.strictObject({}), output: z.strictObject({}) })
