import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { AppName, ServiceName } from './names.ts'
import { ServiceChange } from './service.ts'

export const deploymentStates = ['pending', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type DeploymentState = (typeof deploymentStates)[number]

/** In the order in which a deployment goes through them; it never goes back. */
export const deploymentStages = ['resolve', 'release', 'pull', 'start', 'check', 'switch', 'drain'] as const
export type DeploymentStage = (typeof deploymentStages)[number]

/** Why the user's app did not come up: a result, not an error of ours (`internal` is ours). */
export const failureCodes = [
  'image_invalid',
  'image_not_found',
  'image_denied',
  'registry_unreachable',
  'pull_failed',
  'does_not_fit',
  'exited',
  'out_of_memory',
  'port_not_listening',
  'health_check_failed',
  'deadline_exceeded',
  'internal',
] as const
export type FailureCode = (typeof failureCodes)[number]

export const DeploymentFailure = z.strictObject({
  code: z.enum(failureCodes),
  message: z.string(),
  hint: z.string().nullable(),
  /** The last lines that the instances wrote, oldest first. */
  logLines: z.array(z.string()),
})
export type DeploymentFailure = z.infer<typeof DeploymentFailure>

export const DeploymentStep = z.strictObject({
  stage: z.enum(deploymentStages),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  /** What is going on, changing while the step runs: "2 of 3 instances up". */
  detail: z.string().nullable(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
})
export type DeploymentStep = z.infer<typeof DeploymentStep>

export const Deployment = z.strictObject({
  id: z.string(),
  app: z.string(),
  kind: z.enum(['deploy', 'rollback', 'restart']),
  /** Known once the image is resolved. */
  releaseVersion: z.int().positive().nullable(),
  image: z.string(),
  state: z.enum(deploymentStates),
  steps: z.array(DeploymentStep),
  failure: DeploymentFailure.nullable(),
  requestedBy: z.string(),
  url: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
})
export type Deployment = z.infer<typeof Deployment>

/** Enough of a deployment to show it in a list. */
export const DeploymentSummary = Deployment.pick({
  id: true,
  kind: true,
  releaseVersion: true,
  state: true,
  requestedBy: true,
  createdAt: true,
  finishedAt: true,
}).extend({
  /** Where it is while it runs. */
  stage: z.enum(deploymentStages).nullable(),
  /** Why it failed, in a line. */
  failure: z.string().nullable(),
})
export type DeploymentSummary = z.infer<typeof DeploymentSummary>

const fromSecondToHour = 'use a time from 1s to 1h'

/** The choices that every kind of deployment has. */
export const DeploymentOptions = z.strictObject({
  /** Cancels a deployment of the app that is under way, instead of being refused because of it. */
  supersede: z.boolean().default(false),
  /** How long the new instances may take until the edges see all of them up. */
  deadlineMs: z.int().min(1_000, fromSecondToHour).max(3_600_000, fromSecondToHour).default(120_000),
})

const deployErrors = ['app_not_found', 'deployment_in_progress'] as const

/** Either changes (a new release), or an earlier release, or neither (the same release with new instances). */
export const createDeployment = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/deployments',
  access: 'deploy',
  on: 'app',
  summary: 'Deploy a change, an earlier release, or the same release again',
  params: z.strictObject({ app: AppName }),
  body: z.strictObject({
    ...DeploymentOptions.shape,
    change: ServiceChange.optional(),
    /** The service that the change is about; the face of the app unless another is named. */
    service: ServiceName.optional(),
    /** Refused unless this release serves: for a change that was made from it. */
    ifServing: z.int().positive().optional(),
    releaseVersion: z.int().positive().optional(),
  }),
  result: Deployment,
  errors: [...deployErrors, 'release_not_found', 'release_has_no_image', 'app_stopped', 'invalid_request', 'conflict'],
})

export const listDeployments = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/deployments',
  access: 'read',
  on: 'app',
  summary: 'Deployments of an app, newest first',
  params: z.strictObject({ app: AppName }),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
  result: z.array(Deployment),
  errors: ['app_not_found'],
})

const oneDeployment = z.strictObject({ app: AppName, deploymentId: z.string().max(64) })

export const getDeployment = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/deployments/:deploymentId',
  access: 'read',
  on: 'app',
  summary: 'One deployment',
  params: oneDeployment,
  result: Deployment,
  errors: ['app_not_found', 'deployment_not_found'],
})

export const followDeployment = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/deployments/:deploymentId/events',
  access: 'read',
  on: 'app',
  summary: 'The deployment whenever it changes, first as it is now; ends when it has ended',
  params: oneDeployment,
  result: Deployment,
  stream: true,
  errors: ['app_not_found', 'deployment_not_found'],
})

export const cancelDeployment = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/deployments/:deploymentId/cancel',
  access: 'deploy',
  on: 'app',
  summary: 'Cancel a deployment that has not switched the route yet',
  params: oneDeployment,
  result: Deployment,
  errors: ['app_not_found', 'deployment_not_found', 'deployment_finished'],
})
