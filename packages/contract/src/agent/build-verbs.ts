import { z } from 'zod'
import {
  BuildFailure,
  BuildLogLine,
  BuildOptions,
  BuildSecrets,
  BuildSource,
  BuildStep,
  BuiltService,
} from '../build.ts'
import { RegistryCredentials } from '../registry.ts'
import { RepositoryCredentials } from '../repository.ts'
import { RepositoryUrl } from '../repository-url.ts'
import { defineVerb } from './channel.ts'

/** What a machine tells while it builds; only what is new. */
export const BuildEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lines'), lines: z.array(BuildLogLine) }),
  z.strictObject({ kind: z.literal('steps'), steps: z.array(BuildStep) }),
  z.strictObject({ kind: z.literal('detail'), detail: z.string() }),
  z.strictObject({ kind: z.literal('commit'), commit: z.string() }),
  /** What the source is taken for, and the Dockerfile that follows from it. */
  z.strictObject({
    kind: z.literal('recognized'),
    as: z.string(),
    dockerfile: z.string(),
    isGenerated: z.boolean(),
  }),
])
export type BuildEvent = z.infer<typeof BuildEvent>

/** A failure of the user's source is an outcome; only ours is an error. */
export const BuildOutcome = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('built'),
    /** One for each service, the face first. */
    images: z.array(BuiltService).min(1),
  }),
  z.strictObject({ kind: z.literal('failed'), failure: BuildFailure.omit({ logLines: true }) }),
])
export type BuildOutcome = z.infer<typeof BuildOutcome>

/** One build, from the source to the image in the registry. Ends, with all that it started, when the call is cancelled. */
export const build = defineVerb({
  input: z.strictObject({
    buildId: z.string(),
    app: z.string(),
    source: BuildSource,
    options: BuildOptions,
    /** Of registries outside, for base images and for what is pushed. */
    credentials: z.array(RegistryCredentials),
    /** Of the source, where it is a private repository. */
    repository: RepositoryCredentials.optional(),
    /** For the instructions that mount them; absent: none. */
    secrets: BuildSecrets.optional(),
  }),
  output: BuildOutcome,
  event: BuildEvent,
})

export type BuildRequest = z.output<typeof build.input>

/** `changed`: another host answered than the one that is known. */
export const repositoryFaults = ['denied', 'missing', 'unreachable', 'changed', 'other'] as const
export type RepositoryFault = (typeof repositoryFaults)[number]

/** Asks a repository what it has, as a build would, and fetches nothing. What it answers is an outcome, not an error. */
export const tryRepository = defineVerb({
  input: z.strictObject({ url: RepositoryUrl, repository: RepositoryCredentials }),
  output: z.strictObject({
    /** Over SSH, if a host answered: lines as in known_hosts. */
    hostKeys: z.string().nullable(),
    refusal: z
      .strictObject({ fault: z.enum(repositoryFaults), message: z.string(), hint: z.string().nullable() })
      .nullable(),
  }),
})

export type RepositoryTrial = z.output<typeof tryRepository.input>
export type RepositoryAnswer = z.output<typeof tryRepository.output>
