import { z } from 'zod'
import { EdgeTruth } from './edge-truth.ts'

/** The instances of one service of one release, found by DNS and checked by the edge. */
export const Backend = z.strictObject({
  /** DNS name of the instances and name of the HAProxy backend, such as `shop-web-r3`. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  network: z.string(),
  port: z.int().min(1).max(65_535),
  /** HTTP path of the check; null for a TCP connect. */
  healthPath: z.string().nullable(),
  replayUnsafeRequests: z.boolean(),
  /** How many instances the edge can hold at once. */
  slots: z.int().min(1).max(400),
})
export type Backend = z.infer<typeof Backend>

/** A host that the edge answers for; without a backend it says that the app is stopped. */
export const Route = z.strictObject({
  host: z.string(),
  app: z.string(),
  backend: z.string().nullable(),
})
export type Route = z.infer<typeof Route>

/** Everything an edge needs to know. Whole each time: an edge that missed one is right after the next. */
export const RouteTable = z.strictObject({
  backends: z.array(Backend),
  routes: z.array(Route),
})
export type RouteTable = z.infer<typeof RouteTable>

/** What an edge sees of one backend. */
export const BackendStatus = z.strictObject({
  name: z.string(),
  /** Instances whose last check passed. */
  up: z.int(),
  /** Instances that DNS gave, up or not. */
  known: z.int(),
  /** Requests being served at this moment, the queued included. */
  inFlight: z.int(),
  /** Requests that this edge gave to it since the agent began to count, over reloads. */
  requests: z.int(),
  /** Of those, answered with 500 and above. */
  errors: z.int(),
  /** What the check of an instance that is not up said last, such as `connection refused` or `HTTP 500`. */
  lastCheck: z.string().nullable(),
})
export type BackendStatus = z.infer<typeof BackendStatus>

export const EdgeStatus = z.strictObject({
  /** Fingerprint of the table that this edge serves; null before the first. */
  fingerprint: z.string().nullable(),
  /** Why the newest table could not be applied; the one before it goes on being served. */
  error: z.string().nullable(),
  /** When the backends were looked at, by the agent's own clock, which only moves forward; null before the first look. */
  countedAtMs: z.number().nullable(),
  backends: z.array(BackendStatus),
  /** The network that it is waiting to join at this moment. */
  joining: z.string().nullable().optional(),
  /** Absent until the edge was compared with the cluster for the first time. */
  truth: EdgeTruth.optional(),
})
export type EdgeStatus = z.infer<typeof EdgeStatus>
