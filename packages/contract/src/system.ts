import { z } from 'zod'
import { accessLevels, defineEndpoint } from './endpoint.ts'

export const whoAmI = defineEndpoint({
  method: 'GET',
  path: '/v1/whoami',
  access: 'read',
  summary: 'Whose token this is and what it may do',
  result: z.strictObject({ name: z.string(), access: z.enum(accessLevels) }),
  errors: [],
})

/** A server that is not the one to act does not answer at all. `starting`: it has not seen the cluster yet. */
export const getHealth = defineEndpoint({
  method: 'GET',
  path: '/healthz',
  access: 'anyone',
  summary: 'Whether the server is up',
  result: z.strictObject({ status: z.enum(['ready', 'starting']) }),
  errors: [],
})

export const getSystem = defineEndpoint({
  method: 'GET',
  path: '/v1/system',
  access: 'read',
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
  detail: z.string().nullable(),
})
export type ActivityEvent = z.infer<typeof ActivityEvent>

export const listActivity = defineEndpoint({
  method: 'GET',
  path: '/v1/activity',
  access: 'read',
  summary: 'What happened, newest first',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
  result: z.array(ActivityEvent),
  errors: [],
})
