import { z } from 'zod'
import { DeploymentOptions } from './deployment.ts'
import { defineEndpoint } from './endpoint.ts'
import { AppName, ProjectName, ServiceName } from './names.ts'
import { PushTarget } from './push-target.ts'
import { RepositoryRef, RepositoryUrl } from './repository-url.ts'
import { Replicas, ServiceChange } from './service.ts'

const MiB = 1024 ** 2

/** Of an archive that is sent, unless the server is told otherwise. */
export const mostArchiveBytes = 512 * MiB

/** `waiting`: for its source to arrive. */
export const buildStates = ['waiting', 'queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type BuildState = (typeof buildStates)[number]

/** Why the user's source did not become an image: a result, not an error of ours (`internal` is ours). */
export const buildFailureCodes = [
  'source_missing',
  'archive_invalid',
  'source_not_recognized',
  'dockerfile_invalid',
  'command_failed',
  'out_of_memory',
  'disk_limit',
  'time_limit',
  'base_image_missing',
  'registry_unreachable',
  'push_refused',
  'machine_lost',
  'git_failed',
  'secrets_unsupported',
  'internal',
] as const
export type BuildFailureCode = (typeof buildFailureCodes)[number]

export const BuildFailure = z.strictObject({
  code: z.enum(buildFailureCodes),
  message: z.string(),
  hint: z.string().nullable(),
  /** The last lines of its log, oldest first. */
  logLines: z.array(z.string()),
})
export type BuildFailure = z.infer<typeof BuildFailure>

/** Where the source comes from. An archive arrives after the build was asked for; a repository is fetched by the machine. */
export const BuildSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('archive'), name: z.string().max(255), sizeBytes: z.int().min(0).nullable() }),
  z.strictObject({
    kind: z.literal('git'),
    url: RepositoryUrl,
    /** Absent for the repository's default branch. */
    ref: RepositoryRef.optional(),
  }),
])
export type BuildSource = z.infer<typeof BuildSource>

const BuildArgName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, 'use letters, digits and "_"')

/** As `RUN --mount=type=secret,id=` says it. */
const BuildSecretName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/, 'use letters, digits, "_", "." and "-"')
const mostSecrets = 50
/** BuildKit refuses more. */
const mostSecretLength = 500_000

/** What a build may read while it runs, by name. Sealed until it has ended, and then gone; shown to nobody. */
export const BuildSecrets = z
  .record(BuildSecretName, z.string().min(1, 'is empty').max(mostSecretLength))
  .refine((secrets) => Object.keys(secrets).length <= mostSecrets, `give at most ${mostSecrets} secrets`)
export type BuildSecrets = z.infer<typeof BuildSecrets>

export const BuildOptions = z.strictObject({
  /** Path of the Dockerfile within the source; absent: the one found there, or else one is generated. */
  dockerfile: z.string().max(1024).optional(),
  /** Stage of the Dockerfile to build; absent: the last. */
  target: z.string().max(200).optional(),
  args: z.record(BuildArgName, z.string().max(65_536)).default({}),
  /** Folder of the source to build in, such as `apps/web`. */
  folder: z.string().max(1024).optional(),
  /** Without what earlier builds left in the engine's cache. */
  noCache: z.boolean().default(false),
  memoryBytes: z
    .int()
    .min(128 * MiB, 'use at least 128M')
    .default(2048 * MiB),
  cpuMillis: z.int().min(100).max(1_024_000).default(1_000),
  timeLimitMs: z
    .int()
    .min(10_000, 'use at least 10s')
    .max(4 * 3_600_000, 'use at most 4h')
    .default(1_800_000),
  /** A registry outside that the image goes to as well, once it is in the cluster's own; of a source of one service. */
  pushTo: PushTarget.optional(),
})
export type BuildOptions = z.infer<typeof BuildOptions>

/** One instruction of the Dockerfile, as it ran. */
export const BuildStep = z.strictObject({
  title: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  isCached: z.boolean(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
})
export type BuildStep = z.infer<typeof BuildStep>

/** The image of one service, and what the source says about running it. */
export const BuiltService = z.strictObject({
  service: ServiceName,
  /** Name with digest, in the cluster's registry. */
  image: z.string(),
  imageBytes: z.int(),
  /** That it listens on, as the image or what the source was taken for says. */
  port: z.int().nullable(),
  /** Beside what is in the image. */
  environment: z.record(z.string(), z.string()),
})
export type BuiltService = z.infer<typeof BuiltService>

export const Build = z.strictObject({
  id: z.string(),
  app: z.string(),
  project: z.string(),
  state: z.enum(buildStates),
  /** 1 for the next one to run; null unless it is queued. */
  position: z.int().positive().nullable(),
  source: BuildSource,
  /** The commit that a repository's ref stood for. */
  commit: z.string().nullable(),
  machine: z.string().nullable(),
  /** What it is taken for, and why: "Node 26 with npm: package.json has a start script". */
  recognizedAs: z.string().nullable(),
  /** What is going on, in words. */
  detail: z.string().nullable(),
  steps: z.array(BuildStep),
  /** One for each service of the source, the face first; empty until all are in the registry. */
  images: z.array(BuiltService),
  failure: BuildFailure.nullable(),
  /** The deployment that it led to. */
  deploymentId: z.string().nullable(),
  requestedBy: z.string(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
})
export type Build = z.infer<typeof Build>

export const BuildLogLine = z.strictObject({ at: z.iso.datetime(), text: z.string() })
export type BuildLogLine = z.infer<typeof BuildLogLine>

export const createBuild = defineEndpoint({
  method: 'POST',
  path: '/v1/builds',
  access: 'deploy',
  on: 'project',
  summary: 'Ask for a build; an archive is then sent to it. Makes the app if there is none',
  body: z.strictObject({
    app: AppName,
    project: ProjectName.default('default'),
    source: BuildSource,
    options: BuildOptions.prefault({}),
    secrets: BuildSecrets.default({}),
    /** Absent: build only. Otherwise the image is deployed with this change once it is built. */
    deploy: z
      .strictObject({
        ...DeploymentOptions.shape,
        change: ServiceChange.omit({ image: true }).prefault({}),
        replicas: Replicas.min(1).optional(),
      })
      .optional(),
  }),
  result: Build,
  errors: ['project_not_found', 'app_exists', 'invalid_request', 'secrets_unsupported'],
})

const oneBuild = z.strictObject({ app: AppName, buildId: z.string().max(64) })

export const uploadSource = defineEndpoint({
  method: 'PUT',
  path: '/v1/apps/:app/builds/:buildId/source',
  access: 'deploy',
  on: 'app',
  summary:
    'Send the archive (zip, tar or tar.gz) that a build waits for, as the body; the build is queued once it is whole',
  params: oneBuild,
  upload: true,
  result: Build,
  errors: ['app_not_found', 'build_not_found', 'build_finished', 'request_too_large', 'archive_invalid', 'conflict'],
})

export const listBuilds = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/builds',
  access: 'read',
  on: 'app',
  summary: 'Builds of an app, newest first',
  params: z.strictObject({ app: AppName }),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
  result: z.array(Build),
  errors: ['app_not_found'],
})

export const getBuild = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/builds/:buildId',
  access: 'read',
  on: 'app',
  summary: 'One build',
  params: oneBuild,
  result: Build,
  errors: ['app_not_found', 'build_not_found'],
})

export const followBuild = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/builds/:buildId/events',
  access: 'read',
  on: 'app',
  summary: 'The build whenever it changes, first as it is now; ends when it has ended',
  params: oneBuild,
  result: Build,
  stream: true,
  errors: ['app_not_found', 'build_not_found'],
})

export const followBuildLog = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/builds/:buildId/log',
  access: 'deploy', // A build may print what it was given.
  on: 'app',
  summary: 'The lines of the log, oldest first; with follow, also those to come, until the build has ended',
  params: oneBuild,
  query: z.strictObject({
    follow: z.stringbool().default(false),
    /** Lines to leave out at the beginning, to go on after an interruption. */
    skip: z.coerce.number().int().min(0).default(0),
  }),
  result: BuildLogLine,
  stream: true,
  errors: ['app_not_found', 'build_not_found'],
})

export const getBuildDockerfile = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/builds/:buildId/dockerfile',
  access: 'read',
  on: 'app',
  summary: 'The Dockerfile that was built, and whether Berth wrote it',
  params: oneBuild,
  result: z.strictObject({ text: z.string().nullable(), isGenerated: z.boolean() }),
  errors: ['app_not_found', 'build_not_found'],
})

export const cancelBuild = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/builds/:buildId/cancel',
  access: 'deploy',
  on: 'app',
  summary: 'Stop a build, whatever it is doing',
  params: oneBuild,
  result: Build,
  errors: ['app_not_found', 'build_not_found', 'build_finished'],
})
