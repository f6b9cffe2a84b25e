import { z } from 'zod'
import { ComparedPath, SlimOptions, SlimReport } from '../image-slimming.ts'
import { defineVerb } from './channel.ts'

/**
 * Of an image that this machine has; one after the other. Ends, with all that it started, when the call is cancelled.
 * Events: what is being done, in words.
 */
export const slimImage = defineVerb({
  input: z.strictObject({
    ...SlimOptions.shape,
    image: z.string(),
    app: z.string(),
    /** How the app is started and asked, as its instances are. */
    env: z.record(z.string(), z.string()),
    command: z.array(z.string()).nullable(),
    /** Null for one that takes no traffic. */
    port: z.int().nullable(),
    healthPath: ComparedPath.nullable(),
    host: z.string(),
    cpuMillis: z.int().nullable(),
    memoryBytes: z.int().nullable(),
  }),
  output: SlimReport,
  event: z.string(),
})

export type SlimRequest = z.output<typeof slimImage.input>
