import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { Leftover } from './image-analysis.ts'
import { AppName, ServiceName } from './names.ts'
import { HealthCheck } from './service.ts'

export const proofVerdicts = ['same', 'note', 'failed'] as const

/** One thing that the proof saw, in words; `note`: something that could not be compared, and why. */
export const ProofLine = z.strictObject({ verdict: z.enum(proofVerdicts), text: z.string() })
export type ProofLine = z.infer<typeof ProofLine>

const ImageSize = z.strictObject({
  /** Unpacked. */
  sizeBytes: z.int(),
  layers: z.int(),
})

/**
 * `slimmed`: smaller, proven and in the registry. `refused`: the proof failed, and the smaller image is gone again.
 * `not_worth_it`: hardly anything would be saved, so that nothing was proven or kept.
 */
export const slimOutcomes = ['slimmed', 'refused', 'not_worth_it'] as const

export const SlimReport = z.strictObject({
  outcome: z.enum(slimOutcomes),
  /** The slim image, pinned by digest; only of one that was proven. */
  image: z.string().nullable(),
  before: ImageSize,
  after: ImageSize,
  /** Of files that a later layer overwrites or deletes, which one layer does not hold. */
  squashedBytes: z.int(),
  /** Most bytes first. */
  leftOut: z.array(Leftover),
  proof: z.array(ProofLine),
})
export type SlimReport = z.infer<typeof SlimReport>

export const slimmingStates = ['running', 'succeeded', 'failed', 'cancelled'] as const

/** Making the image of a service smaller, with the proof that it serves as before. Changes nothing of what runs. */
export const Slimming = z.strictObject({
  id: z.string(),
  app: z.string(),
  service: z.string(),
  /** The release whose image it is. */
  releaseVersion: z.int(),
  image: z.string(),
  isAggressive: z.boolean(),
  /** Where it is done. */
  machine: z.string(),
  /** `succeeded`: there is a report, which may also say that the smaller image was refused. */
  state: z.enum(slimmingStates),
  /** What is being done, in words, while it runs. */
  detail: z.string().nullable(),
  report: SlimReport.nullable(),
  failure: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
  requestedBy: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
})
export type Slimming = z.infer<typeof Slimming>

/** Asked of both images, beside the health path and `/`. */
export const ComparedPath = HealthCheck.shape.path.unwrap()

export const SlimOptions = z.strictObject({
  paths: z.array(ComparedPath).max(10, 'use at most 10 paths').default([]),
  /** Also what a program could load, such as compilers, tests and documents of packages; then the proof is all there is. */
  isAggressive: z.boolean().default(false),
})

const ofApp = z.strictObject({ app: AppName })
const one = z.strictObject({ app: AppName, slimmingId: z.string().max(64) })

// `deploy`, also to look at: what an app answers and what its image holds is for those who may change it.
export const createSlimming = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/slimmings',
  access: 'deploy',
  on: 'app',
  summary: 'Make the image that an app runs smaller, and prove it; deploys nothing',
  params: ofApp,
  body: z.strictObject({
    ...SlimOptions.shape,
    /** Of an app with several services; its face unless another is named. */
    service: ServiceName.optional(),
  }),
  result: Slimming,
  errors: ['app_not_found', 'release_not_found', 'invalid_request', 'conflict', 'engine_unavailable'],
})

export const listSlimmings = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/slimmings',
  access: 'deploy',
  on: 'app',
  summary: 'The last slimmings of an app that the server remembers, newest first',
  params: ofApp,
  result: z.array(Slimming),
  errors: ['app_not_found'],
})

export const followSlimming = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/slimmings/:slimmingId/events',
  access: 'deploy',
  on: 'app',
  summary: 'The slimming whenever it changes, first as it is now; one that nobody follows any more is cancelled',
  params: one,
  result: Slimming,
  stream: true,
  errors: ['app_not_found', 'slimming_not_found'],
})

export const cancelSlimming = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/slimmings/:slimmingId/cancel',
  access: 'deploy',
  on: 'app',
  summary: 'Cancel a slimming; nothing of it stays',
  params: one,
  result: Slimming,
  errors: ['app_not_found', 'slimming_not_found', 'slimming_finished'],
})
