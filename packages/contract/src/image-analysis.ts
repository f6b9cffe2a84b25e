import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { AppName } from './names.ts'

export const AnalysedLayer = z.strictObject({
  /** The instruction that made it, without the shell that ran it. */
  command: z.string(),
  /** Unpacked: of its own files. */
  sizeBytes: z.int(),
  files: z.int(),
  /** Of files that a later layer overwrites or deletes. */
  wastedBytes: z.int(),
})
export type AnalysedLayer = z.infer<typeof AnalysedLayer>

/** A path that is in more than one layer. */
export const WastedFile = z.strictObject({
  path: z.string(),
  /** How many layers have it, those that delete it included. */
  layers: z.int(),
  /** Of all but what is seen in the end. */
  wastedBytes: z.int(),
  isDeleted: z.boolean(),
})
export type WastedFile = z.infer<typeof WastedFile>

export const LargeFile = z.strictObject({ path: z.string(), sizeBytes: z.int(), layer: z.int() })
export const DuplicateFile = z.strictObject({
  sizeBytes: z.int(),
  paths: z.array(z.string()),
  /** Of all copies but one. */
  wastedBytes: z.int(),
})

/** What an image has that what runs does not need. */
export const leftoverKinds = [
  'package_lists',
  'package_cache',
  'language_cache',
  'build_tools',
  'version_control',
  'documentation',
  'source_maps_and_tests',
  'logs_and_temporary_files',
] as const
export type LeftoverKind = (typeof leftoverKinds)[number]

export const Leftover = z.strictObject({
  kind: z.enum(leftoverKinds),
  sizeBytes: z.int(),
  files: z.int(),
  /** Some of the folders that hold most of it. */
  examples: z.array(z.string()),
})
export type Leftover = z.infer<typeof Leftover>

export const ImageAdvice = z.strictObject({
  title: z.string(),
  /** What to write, in words or as lines of a Dockerfile. */
  detail: z.string(),
  savesBytes: z.int(),
})
export type ImageAdvice = z.infer<typeof ImageAdvice>

export const ImageAnalysis = z.strictObject({
  image: z.string(),
  /** Unpacked, all layers. */
  sizeBytes: z.int(),
  /** Oldest first. */
  layers: z.array(AnalysedLayer),
  /**
   * 0 to 1, as the tool dive defines it: for each path the smallest size that it has in any layer, over the sum of its
   * sizes in all layers; a deleted path needs nothing.
   */
  efficiency: z.number(),
  /** What the layers hold beyond what is seen in the end. */
  wastedBytes: z.int(),
  /** Largest first. */
  wastedFiles: z.array(WastedFile),
  largestFiles: z.array(LargeFile),
  duplicates: z.array(DuplicateFile),
  leftovers: z.array(Leftover),
  /** Most saved first. */
  advice: z.array(ImageAdvice),
  user: z.string().nullable(),
  createdAt: z.iso.datetime().nullable(),
})
export type ImageAnalysis = z.infer<typeof ImageAnalysis>

export const analyseImage = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/image-analysis',
  access: 'read',
  on: 'app',
  summary: 'What the image of an app is made of, and what it could do without; answers when the image was read',
  params: z.strictObject({ app: AppName }),
  result: ImageAnalysis,
  errors: ['app_not_found', 'release_not_found', 'engine_unavailable', 'image_not_found'],
})
