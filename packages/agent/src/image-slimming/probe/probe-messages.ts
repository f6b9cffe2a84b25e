import { z } from 'zod'

/** What a probe is told, as JSON in its environment. */
export const ProbeTask = z.strictObject({
  address: z.string(),
  port: z.int(),
  host: z.string(),
  /** As the edge checks: null for an accepted connection. */
  healthPath: z.string().nullable(),
  deadlineMs: z.int(),
  paths: z.array(z.string()),
})
export type ProbeTask = z.infer<typeof ProbeTask>
export const probeTaskName = 'BERTH_PROBE'

export const Answer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int(),
    contentType: z.string().nullable(),
    bodyBytes: z.int(),
    bodyHash: z.string(),
  }),
  z.strictObject({ kind: z.literal('none'), failure: z.string() }),
])
export type Answer = z.infer<typeof Answer>

/** What a probe prints, as one line of JSON. */
export const ProbeResult = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('up'),
    afterMs: z.int(),
    /** Each path twice, in the order asked for. */
    answers: z.array(z.strictObject({ path: z.string(), first: Answer, second: Answer })),
  }),
  z.strictObject({ kind: z.literal('down'), failure: z.string() }),
])
export type ProbeResult = z.infer<typeof ProbeResult>
