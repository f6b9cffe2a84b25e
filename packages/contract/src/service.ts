import { z } from 'zod'
import { EnvName, EnvValue, ImageRef, LabelName, LabelValue, Port, ServiceName } from './names.ts'

const MiB = 1024 ** 2
const mostCores = 'use at most 1024 cores'

/**
 * Limits end an instance that exceeds them (memory) or slow it (CPU); reservations decide where it fits. What is not
 * reserved here is worked out from what the app was seen to use, when it is deployed; 0 reserves nothing.
 */
export const Resources = z.strictObject({
  cpuMillis: z.int().min(10, 'use at least 0.01 cores').max(1_024_000, mostCores).optional(),
  memoryBytes: z
    .int()
    .min(6 * MiB, 'use at least 6M, which is what the engine accepts')
    .optional(),
  reservedCpuMillis: z.int().min(0).max(1_024_000, mostCores).optional(),
  reservedMemoryBytes: z.int().min(0).optional(),
})
export type Resources = z.infer<typeof Resources>

/** How the edge decides that an instance may get traffic: an answer of 200 to 399 on the path, or else an accepted connection. */
export const HealthCheck = z.strictObject({
  path: z
    .string()
    .max(1024)
    .regex(/^\/[\x21-\x7e]*$/, 'use a path that starts with "/" and has no spaces')
    .optional(),
})
export type HealthCheck = z.infer<typeof HealthCheck>

const mostConditions = 16

/** On which machines instances may run. */
export const Placement = z.strictObject({
  /** Only on machines with all of these labels. */
  on: z.record(LabelName, LabelValue).refine(hasFew, `use at most ${mostConditions} labels`),
  /** Evenly over the values of this label, as far as there is room. */
  spread: LabelName.nullable(),
})
export type Placement = z.infer<typeof Placement>

/** Of a service that does not say. */
export const anywhere: Placement = { on: {}, spread: null }

export const reservationSources = ['setting', 'observed', 'none'] as const
const ReservationSource = z.enum(reservationSources)

/** What a release keeps free for each instance, and why so much. */
export const Reservations = z.strictObject({
  cpuMillis: z.int().min(0),
  cpuSource: ReservationSource,
  memoryBytes: z.int().min(0),
  memorySource: ReservationSource,
  /** What the app's instances were seen to use before this release was made; null where nobody looked, or saw too little. */
  observed: z
    .strictObject({
      cpuMillisP95: z.number(),
      memoryBytesP95: z.number(),
      sampleCount: z.int(),
      outOfMemoryKills: z.int(),
    })
    .nullable(),
  /** Where it is less than what was observed asks for: why. */
  cappedBy: z.enum(['limit', 'largest_machine', 'room']).nullable(),
})
export type Reservations = z.infer<typeof Reservations>

const Env = z.record(EnvName, EnvValue)

/** One process type of an app, as asked for. Part of an immutable release. */
export const ServiceSpec = z.strictObject({
  name: ServiceName,
  /** As the user wrote it; the release holds the digest it was resolved to. */
  image: ImageRef,
  command: z.array(z.string().max(4096)).max(200).optional(),
  /** Absent for a worker that takes no traffic. */
  port: Port.optional(),
  env: Env,
  resources: Resources,
  healthCheck: HealthCheck,
  /** Lets the edge send a POST again when the instance died before it answered. Only for apps where that does no harm. */
  replayUnsafeRequests: z.boolean(),
  stopTimeoutMs: z.int().min(0).max(600_000),
  /** Absent: anywhere. */
  placement: Placement.optional(),
})
export type ServiceSpec = z.infer<typeof ServiceSpec>

export const Replicas = z
  .int('use a whole number from 0 to 100')
  .min(0, 'use 0 to 100 replicas')
  .max(100, 'use 0 to 100 replicas')

/** What may be said when an app is deployed; what is left out stays as it is in the release that serves. */
export const ServiceChange = z.strictObject({
  image: ImageRef.optional(),
  command: z.array(z.string().max(4096)).max(200).nullable().optional(),
  port: Port.nullable().optional(),
  /** Set by name; null removes a variable. */
  env: z.record(EnvName, EnvValue.nullable()).optional(),
  resources: Resources.extend({
    /** Null: no word about it any more, so that it follows what is observed. */
    reservedCpuMillis: Resources.shape.reservedCpuMillis.nullable(),
    reservedMemoryBytes: Resources.shape.reservedMemoryBytes.nullable(),
  }).optional(),
  healthCheck: HealthCheck.optional(),
  replayUnsafeRequests: z.boolean().optional(),
  stopTimeoutMs: z.int().min(0).max(600_000).optional(),
  placement: z
    .strictObject({
      /** Set by label; null takes a condition away. */
      on: z.record(LabelName, LabelValue.nullable()).refine(hasFew, `use at most ${mostConditions} labels`).optional(),
      spread: LabelName.nullable().optional(),
    })
    .optional(),
})
export type ServiceChange = z.infer<typeof ServiceChange>

function hasFew(labels: Record<string, unknown>): boolean {
  return Object.keys(labels).length <= mostConditions
}
