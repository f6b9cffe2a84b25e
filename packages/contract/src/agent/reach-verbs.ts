import { z } from 'zod'
import { defineVerb } from './channel.ts'

/** Where another machine's edge is asked from inside the networks that instances are on. */
export const describeEdge = defineVerb({
  input: z.strictObject({}),
  /** Null while the edge does not run, or is not on the network of Berth's own parts yet. */
  output: z.strictObject({ overlayAddress: z.ipv4().nullable() }),
})

export const WayOutcome = z.enum([
  'open',
  /** The machine answered that nothing listens there. */
  'refused',
  /** Nothing came back. */
  'lost',
  /** Small packets came back, and those of full size did not. */
  'full_lost',
])
export type WayOutcome = z.infer<typeof WayOutcome>

/** `visitors`: the other's edge, at its address. `overlay`: the same by the network between instances. */
export const WayKind = z.enum(['swarm', 'managers', 'visitors', 'overlay'])
export type WayKind = z.infer<typeof WayKind>

export const Way = z.strictObject({
  kind: WayKind,
  protocol: z.enum(['tcp', 'udp']),
  port: z.int(),
  outcome: WayOutcome,
})
export type Way = z.infer<typeof Way>

/** Tries all ways that visitors' requests and the cluster itself take to another machine, until they are open or for so long. */
export const tryMachine = defineVerb({
  input: z.strictObject({
    address: z.string(),
    isManager: z.boolean(),
    overlayAddress: z.ipv4().nullable(),
    patienceMs: z.int().min(100).max(30_000),
  }),
  output: z.strictObject({ ways: z.array(Way) }),
})
