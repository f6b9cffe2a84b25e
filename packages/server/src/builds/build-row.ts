import type {
  BuildFailure,
  BuildOptions,
  BuildSecrets,
  BuildSource,
  BuildState,
  BuildStep,
  BuiltService,
  createBuild,
  RequestOf,
} from '@berth/contract'

/** Of one app, with their logs. */
export const keptBuilds = 50

/** What is to become of the image; null to build only. */
export type BuildDeploy = NonNullable<RequestOf<typeof createBuild>['body']['deploy']>

export type BuildRow = {
  id: string
  app: string
  state: BuildState
  source: BuildSource
  options: BuildOptions
  /** Those that were given; what they are is kept apart. */
  secretNames: string[]
  deploy: BuildDeploy | null
  /** The commit that a repository's ref stood for. */
  commitId: string | null
  /** Name of the machine that it runs or ran on. */
  machine: string | null
  recognizedAs: string | null
  detail: string | null
  steps: BuildStep[]
  dockerfile: string | null
  isGenerated: boolean
  /** The face first; empty until it is built. */
  images: BuiltService[]
  failure: BuildFailure | null
  deploymentId: string | null
  requestedBy: string
  /** How often a machine has begun with it. */
  attempts: number
  createdAtMs: number
  queuedAtMs: number | null
  startedAtMs: number | null
  finishedAtMs: number | null
}

export type NewBuild = Pick<BuildRow, 'app' | 'source' | 'options' | 'deploy' | 'requestedBy'> & {
  project: string
  /** Absent: none. */
  secrets?: BuildSecrets
  /** Otherwise the project is made where it is missing. */
  mustHaveProject: boolean
}

/** What a machine tells of a build that it runs. */
export type BuildReport = Partial<
  Pick<BuildRow, 'detail' | 'recognizedAs' | 'steps' | 'dockerfile' | 'isGenerated' | 'commitId'>
>

export const isUnderWay = ({ state }: Pick<BuildRow, 'state'>): boolean =>
  state === 'waiting' || state === 'queued' || state === 'running'
