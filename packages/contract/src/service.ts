import { z } from 'zod'
import { EnvName, EnvValue, ImageRef, Port, ServiceName } from './names.ts'

const MiB = 1024 ** 2
const mostCores = 'use at most 1024 cores'

/** Limits end an instance that exceeds them (memory) or slow it (CPU); reservations decide where it fits. */
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
  resources: Resources.optional(),
  healthCheck: HealthCheck.optional(),
  replayUnsafeRequests: z.boolean().optional(),
  stopTimeoutMs: z.int().min(0).max(600_000).optional(),
})
export type ServiceChange = z.infer<typeof ServiceChange>
