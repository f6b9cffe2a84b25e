import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { AppName, ImageRef, ServiceName } from './names.ts'

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

/** `layer`: which one has it, the oldest being 0. */
export const LargeFile = z.strictObject({ path: z.string(), sizeBytes: z.int(), layer: z.int() })
export const DuplicateFile = z.strictObject({
  sizeBytes: z.int(),
  copies: z.int(),
  /** Some of them. */
  paths: z.array(z.string()),
  /** Of all copies but one. */
  wastedBytes: z.int(),
})

export type LargeFile = z.infer<typeof LargeFile>
export type DuplicateFile = z.infer<typeof DuplicateFile>

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

export const ImageAnalysisEvent = z.discriminatedUnion('kind', [
  /** What the machine is doing, in words. */
  z.strictObject({ kind: z.literal('progress'), text: z.string() }),
  /** The last one. */
  z.strictObject({ kind: z.literal('analysed'), analysis: ImageAnalysis }),
])
export type ImageAnalysisEvent = z.infer<typeof ImageAnalysisEvent>

// A stream, since a large image takes its machine a while to read; whoever leaves stops the work.
// `deploy`: the instructions of an image may hold what was given to its build.
export const analyseAppImage = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/image-analysis',
  access: 'deploy',
  on: 'app',
  summary: 'What the image that an app runs is made of, and what it could do without',
  params: z.strictObject({ app: AppName }),
  /** Of an app with several services; its face unless another is named. */
  query: z.strictObject({ service: ServiceName.optional() }),
  result: ImageAnalysisEvent,
  stream: true,
  errors: ['app_not_found', 'release_not_found', 'engine_unavailable', 'engine_failed', 'image_not_found'],
})

export const analyseImage = defineEndpoint({
  method: 'GET',
  path: '/v1/image-analysis',
  access: 'deploy',
  on: 'visible',
  summary: 'The same of any image that a machine has; none is pulled for it',
  query: z.strictObject({ name: ImageRef }),
  result: ImageAnalysisEvent,
  stream: true,
  errors: ['engine_unavailable', 'engine_failed', 'image_not_found', 'image_invalid'],
})
