import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
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

export const inspectImage = defineEndpoint({
  method: 'GET',
  path: '/v1/images',
  access: 'deploy',
  on: 'visible',
  summary: 'Whether an image can be deployed, and what it says of itself',
  query: z.strictObject({ name: ImageRef }),
  result: Image,
  errors: ['image_invalid', 'image_not_found', 'image_denied', 'registry_unreachable', 'engine_unavailable'],
})
