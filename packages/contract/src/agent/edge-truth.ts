import { z } from 'zod'

/** Where the instances of one service are, as the cluster has them. */
export const ServiceAddresses = z.strictObject({
  /** Their DNS name, which is also that of their backend. */
  service: z.string(),
  network: z.string(),
  /** Of those that run and shall go on: an edge that serves the backend must know each. */
  running: z.array(z.string()),
  /** Of those that start, stop, or are on a machine that does not answer: an edge may know them or not. */
  passing: z.array(z.string()),
})
export type ServiceAddresses = z.infer<typeof ServiceAddresses>

/** An instance that the cluster says runs, and that this edge cannot connect to. */
export const UnreachableInstance = z.strictObject({
  backend: z.string(),
  address: z.string(),
  /** Whether it refused, which a program may do that is not ready; otherwise nothing answered at all. */
  isRefused: z.boolean(),
})
export type UnreachableInstance = z.infer<typeof UnreachableInstance>

/** How far an edge's own picture of the instances is from the cluster's, and what was done about it. */
export const EdgeTruth = z.strictObject({
  /** Whether the server's word is fresh enough to judge by; nothing is repaired by an old one. */
  isInformed: z.boolean(),
  /** Differences that have lasted, at this moment: instances that the edge does not know, and addresses that are nobody's. */
  missing: z.int(),
  ghosts: z.int(),
  /** At this moment; the first hundred. */
  unreachable: z.array(UnreachableInstance).max(100),
  /** Repairs since the agent began, by kind. */
  repairs: z.strictObject({
    /** Instances that DNS did not give, and that were entered by their address. */
    added: z.int(),
    /** Addresses that belonged to no instance of the app, and get no requests any more. */
    closed: z.int(),
    /** Places that had been closed, and whose instance is right again. */
    reopened: z.int(),
  }),
})
export type EdgeTruth = z.infer<typeof EdgeTruth>
