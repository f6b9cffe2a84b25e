import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { AppName } from './names.ts'

/** A server that is not the one to act does not answer at all. `starting`: it has not seen the cluster yet. */
export const getHealth = defineEndpoint({
  method: 'GET',
  path: '/healthz',
  access: 'anyone',
  on: 'platform',
  summary: 'Whether the server is up',
  result: z.strictObject({ status: z.enum(['ready', 'starting']) }),
  errors: [],
})

export const SystemCheck = z.strictObject({
  /** "database", "edge of worker1". */
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  /** What it is, and where it is not ok, what to do. */
  message: z.string(),
})
export type SystemCheck = z.infer<typeof SystemCheck>

export const getSystem = defineEndpoint({
  method: 'GET',
  path: '/v1/system',
  access: 'read',
  on: 'platform',
  summary: 'Versions and health of the platform',
  result: z.strictObject({
    version: z.string(),
    database: z.enum(['sqlite', 'postgres']),
    /** Whether this server is the one that acts. */
    isActive: z.boolean(),
    startedAt: z.iso.datetime(),
    domain: z.string(),
    machines: z.int(),
    agents: z.int(),
    /** What the platform needs to work, each looked at when asked. */
    checks: z.array(SystemCheck),
    /** An app to try the platform with, where its image is at hand. */
    sample: z.strictObject({ name: z.string(), image: z.string(), port: z.int() }).nullable(),
  }),
  errors: [],
})

export const ActivityEvent = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  /** snake_case, such as `deployment_succeeded`. */
  kind: z.string(),
  app: z.string().nullable(),
  project: z.string().nullable(),
  detail: z.string().nullable(),
})
export type ActivityEvent = z.infer<typeof ActivityEvent>

export const listActivity = defineEndpoint({
  method: 'GET',
  path: '/v1/activity',
  access: 'read',
  on: 'visible',
  summary: 'What happened to what the caller may see, newest first',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(500).default(50),
    app: AppName.optional(),
    /** Only what is older than the event of this id: the next page. */
    before: z.string().max(64).optional(),
  }),
  result: z.array(ActivityEvent),
  errors: [],
})
