import { z } from 'zod'
import { Deployment, DeploymentOptions, DeploymentSummary } from './deployment.ts'
import { defineEndpoint } from './endpoint.ts'
import { AppName, ImageRef, ProjectName } from './names.ts'
import { Replicas, Reservations, ServiceChange, ServiceSpec } from './service.ts'

/** `deploying` only while nothing serves yet; an app that serves and is being deployed is `running`. */
export const appStates = ['deploying', 'running', 'degraded', 'down', 'stopped', 'empty'] as const
export type AppState = (typeof appStates)[number]

export const App = z.strictObject({
  name: z.string(),
  project: z.string(),
  state: z.enum(appStates),
  /** Why it is not simply `running`: "1 of 3 instances up". */
  reason: z.string().nullable(),
  url: z.string().nullable(),
  replicas: z.int(),
  /** Instances that the edges send requests to. */
  readyReplicas: z.int(),
  /** The release that serves; null before the first success. */
  releaseVersion: z.int().positive().nullable(),
  image: z.string().nullable(),
  /** The deployment under way, if any. */
  deploymentId: z.string().nullable(),
  /** The newest one, under way or ended. */
  lastDeployment: DeploymentSummary.nullable(),
  createdAt: z.iso.datetime(),
})
export type App = z.infer<typeof App>

export const Release = z.strictObject({
  app: z.string(),
  version: z.int().positive(),
  services: z.array(
    ServiceSpec.omit({ env: true }).extend({
      /** Name with digest, as every machine pulls it. */
      imageDigest: z.string(),
      /** Names alone: the values may be secrets. */
      envNames: z.array(z.string()),
      /** Absent in releases from before there were any: what its resources say. */
      reservations: Reservations.optional(),
    }),
  ),
  /** False once it was removed to make room: this release cannot be deployed again. */
  hasImage: z.boolean(),
  /** What differs from the release before it, in words and without values of the environment. */
  changes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
})
export type Release = z.infer<typeof Release>

export const instanceStates = ['pending', 'starting', 'running', 'stopping', 'complete', 'failed'] as const
export type InstanceState = (typeof instanceStates)[number]

export const Instance = z.strictObject({
  id: z.string(),
  service: z.string(),
  releaseVersion: z.int().positive(),
  machine: z.string().nullable(),
  state: z.enum(instanceStates),
  /** What went wrong, in words, where something did. */
  reason: z.string().nullable(),
  /** How often this instance's place was filled anew because the one before it ended. */
  restarts: z.int(),
  since: z.iso.datetime(),
})
export type Instance = z.infer<typeof Instance>

const oneApp = z.strictObject({ app: AppName })

export const createApp = defineEndpoint({
  method: 'POST',
  path: '/v1/apps',
  access: 'deploy',
  on: 'project',
  summary: 'Create an app from an image and deploy its first release',
  body: z.strictObject({
    name: AppName,
    project: ProjectName.default('default'),
    replicas: Replicas.min(1).default(1),
    ...ServiceChange.shape,
    image: ImageRef,
    ...DeploymentOptions.shape,
  }),
  result: Deployment,
  errors: ['app_exists', 'project_not_found', 'invalid_request'],
})

export const listApps = defineEndpoint({
  method: 'GET',
  path: '/v1/apps',
  access: 'read',
  on: 'visible',
  summary: 'All apps by name',
  result: z.array(App),
  errors: [],
})

export const getApp = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app',
  access: 'read',
  on: 'app',
  summary: 'One app',
  params: oneApp,
  result: App,
  errors: ['app_not_found'],
})

export const removeApp = defineEndpoint({
  method: 'DELETE',
  path: '/v1/apps/:app',
  access: 'deploy',
  on: 'app',
  summary: 'Remove an app, its instances and its history; cancels a deployment under way',
  params: oneApp,
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['app_not_found'],
})

export const scaleApp = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/scale',
  access: 'deploy',
  on: 'app',
  summary: 'Change the number of instances; answered at once, followed by reading the app',
  params: oneApp,
  body: z.strictObject({ replicas: Replicas.min(1, 'use 1 to 100 replicas; to have none, stop the app') }),
  result: App,
  errors: ['app_not_found', 'app_stopped', 'does_not_fit'],
})

export const stopApp = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/stop',
  access: 'deploy',
  on: 'app',
  summary: 'Stop all instances and keep the app',
  params: oneApp,
  result: App,
  errors: ['app_not_found', 'deployment_in_progress'],
})

export const startApp = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/start',
  access: 'deploy',
  on: 'app',
  summary: 'Start the instances of a stopped app',
  params: oneApp,
  result: App,
  errors: ['app_not_found', 'release_not_found'],
})

export const listReleases = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/releases',
  access: 'read',
  on: 'app',
  summary: 'Releases of an app, newest first',
  params: oneApp,
  result: z.array(Release),
  errors: ['app_not_found'],
})

export const getEnvironment = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/environment',
  access: 'deploy', // Secrets are among the values.
  on: 'app',
  summary: 'The environment of the release that serves, or else of the newest',
  params: oneApp,
  result: z.strictObject({
    releaseVersion: z.int().positive().nullable(),
    services: z.array(z.strictObject({ name: z.string(), env: z.record(z.string(), z.string()) })),
  }),
  errors: ['app_not_found'],
})

export const listInstances = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/instances',
  access: 'read',
  on: 'app',
  summary: 'Instances of an app',
  params: oneApp,
  result: z.array(Instance),
  errors: ['app_not_found'],
})

export const LogLine = z.strictObject({
  instanceId: z.string(),
  service: z.string(),
  machine: z.string(),
  /** `berth`: a remark of the platform about this instance's log, not a line of the app. */
  stream: z.enum(['stdout', 'stderr', 'berth']),
  at: z.iso.datetime(),
  text: z.string(),
})
export type LogLine = z.infer<typeof LogLine>

export const followLogs = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/logs',
  access: 'read',
  on: 'app',
  summary: 'Log lines of all instances, oldest first; with follow, of those to come as well',
  params: oneApp,
  query: z.strictObject({
    follow: z.stringbool().default(false),
    tail: z.coerce.number().int().min(0).max(10_000).default(100),
    instance: z.string().max(64).optional(),
  }),
  result: LogLine,
  stream: true,
  errors: ['app_not_found', 'instance_not_found'],
})
