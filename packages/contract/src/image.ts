import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { PlatformError } from './errors.ts'
import { ImageRef } from './names.ts'

export const Image = z.strictObject({
  name: z.string(),
  digest: z.string().nullable(),
  /** Compressed in a registry, unpacked where only a machine has it; null where the registry does not tell. */
  sizeBytes: z.int().nullable(),
  source: z.enum(['registry', 'machine']),
  /** TCP ports that the image says it listens on, in order; null where its configuration could not be read. */
  exposedPorts: z.array(z.int()).nullable(),
  createdAt: z.iso.datetime().nullable(),
})
export type Image = z.infer<typeof Image>

/** Why an image cannot be had: what people ask while they type its name, so an answer and not a failure. */
export const imageFaultCodes = ['image_invalid', 'image_not_found', 'image_denied', 'registry_unreachable'] as const

export const ImageLook = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('found'), image: Image }),
  z.strictObject({
    state: z.literal('missing'),
    code: z.enum(imageFaultCodes),
    message: z.string(),
    hint: z.string().nullable(),
  }),
])
export type ImageLook = z.infer<typeof ImageLook>

/** What a look that found nothing found instead; undefined for one that found the image. */
export const imageFaultOf = (look: ImageLook): PlatformError | undefined =>
  look.state === 'missing' ? new PlatformError(look.code, look.message, { hint: look.hint ?? undefined }) : undefined

export const inspectImage = defineEndpoint({
  method: 'GET',
  path: '/v1/images',
  access: 'deploy',
  on: 'visible',
  summary: 'Whether an image can be deployed, and what it says of itself',
  query: z.strictObject({ name: ImageRef }),
  result: ImageLook,
  errors: ['engine_unavailable'],
})
