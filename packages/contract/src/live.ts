import { z } from 'zod'
import { App, Instance } from './app.ts'
import { Deployment } from './deployment.ts'
import { defineEndpoint } from './endpoint.ts'
import { Machine } from './machine.ts'
import { AppName } from './names.ts'
import { Relocation } from './relocation.ts'
import { ActivityEvent } from './system.ts'

/** What the edges and agents measured of one app over the last step; null where nobody measured. */
export const AppFigures = z.strictObject({
  requestsPerSecond: z.number().nullable(),
  /** Answers of 500 and above. */
  errorsPerSecond: z.number().nullable(),
  /** Requests being served at this moment. */
  inFlight: z.int().nullable(),
  /** Of one core; 1.5 is a core and a half. */
  cpuRatio: z.number().nullable(),
  /** Working sets of all instances. */
  memoryBytes: z.int().nullable(),
})
export type AppFigures = z.infer<typeof AppFigures>

/**
 * What a page needs to be right at every moment. The first event is always a `snapshot`, so connecting again is catching
 * up. `figures` comes every two seconds whatever happens: a page that misses three of them is stale.
 */
export const LiveEvent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('snapshot'),
    apps: z.array(App),
    machines: z.array(Machine),
    /** With `app`: its own; otherwise empty. */
    instances: z.array(Instance),
    deployments: z.array(Deployment),
    /** The newest, newest first; only for an admin of the platform, otherwise empty. */
    relocations: z.array(Relocation),
  }),
  z.strictObject({ kind: z.literal('app'), app: App }),
  z.strictObject({ kind: z.literal('app_removed'), name: z.string() }),
  z.strictObject({ kind: z.literal('machines'), machines: z.array(Machine) }),
  /** Only with `app`. */
  z.strictObject({ kind: z.literal('instances'), instances: z.array(Instance) }),
  /** Only with `app`: its newest deployment, whenever that changes. */
  z.strictObject({ kind: z.literal('deployment'), deployment: Deployment }),
  z.strictObject({ kind: z.literal('relocations'), relocations: z.array(Relocation) }),
  z.strictObject({ kind: z.literal('activity'), event: ActivityEvent }),
  z.strictObject({ kind: z.literal('figures'), at: z.iso.datetime(), apps: z.record(z.string(), AppFigures) }),
])
export type LiveEvent = z.infer<typeof LiveEvent>

export const followLive = defineEndpoint({
  method: 'GET',
  path: '/v1/live',
  access: 'read',
  on: 'visible',
  summary: 'Everything that the caller may see, whenever it changes',
  query: z.strictObject({ /** Adds what only its own page needs. */ app: AppName.optional() }),
  result: LiveEvent,
  stream: true,
  errors: ['app_not_found'],
})

/** Series of equal steps, oldest first, the last ending at `endAt`; null where nobody measured. */
export const AppSeries = z.strictObject({
  app: z.string(),
  requestsPerSecond: z.array(z.number().nullable()),
  errorsPerSecond: z.array(z.number().nullable()),
  cpuRatio: z.array(z.number().nullable()),
  memoryBytes: z.array(z.number().nullable()),
})
export type AppSeries = z.infer<typeof AppSeries>

export const listFigures = defineEndpoint({
  method: 'GET',
  path: '/v1/figures',
  access: 'read',
  on: 'visible',
  summary: 'What was measured in the last ten minutes, of all apps or of one',
  query: z.strictObject({
    app: AppName.optional(),
    /** How many steps back. */
    steps: z.coerce.number().int().min(1).max(300).default(60),
  }),
  result: z.strictObject({ stepMs: z.int(), endAt: z.iso.datetime(), apps: z.array(AppSeries) }),
  errors: ['app_not_found'],
})
