import {
  type Build,
  type BuildFailureCode,
  type BuildSource,
  type BuildState,
  type BuildStep,
  formatDuration,
} from '@berth/contract'

export const isUnderWay = ({ state }: { state: BuildState }) =>
  state === 'waiting' || state === 'queued' || state === 'running'

/** "Queued, number 2", "Building on m1", "Built in 31 s". */
export function describeBuild(build: Build): string {
  const { state, position, machine } = build
  switch (state) {
    case 'waiting':
      return 'Waiting for its source'
    case 'queued':
      return position === null ? 'Queued' : position === 1 ? 'Queued, the next one' : `Queued, number ${position}`
    case 'running':
      return machine === null ? 'Building' : `Building on ${machine}`
    case 'succeeded':
      return `Built${inTime(build)}`
    case 'failed':
      return 'Failed'
    case 'cancelled':
      return 'Cancelled'
  }
}

const inTime = (build: Build) => {
  const tookMs = tookMsOf(build)
  return tookMs === undefined ? '' : ` in ${formatDuration(tookMs)}`
}

/** How long it ran; undefined for one that never did, or still does. */
export function tookMsOf({ startedAt, finishedAt }: Pick<Build, 'startedAt' | 'finishedAt'>): number | undefined {
  if (startedAt === null || finishedAt === null) return undefined
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt))
}

/** "shop.zip", "https://example.org/team/shop.git at main (3f2a9c1b)". */
export function describeSource(source: BuildSource, commit: string | null): string {
  if (source.kind === 'archive') return source.name
  const at = source.ref && source.ref !== commit ? ` at ${source.ref}` : ''
  return `${source.url}${at}${commit ? ` (${commit.slice(0, 8)})` : ''}`
}

export const buildFailureTitles: Record<BuildFailureCode, string> = {
  source_missing: 'The source did not arrive',
  archive_invalid: 'The archive cannot be used',
  source_not_recognized: 'What it is could not be found out',
  dockerfile_invalid: 'The Dockerfile cannot be used',
  command_failed: 'A command of the build failed',
  out_of_memory: 'The build needs more memory than it may use',
  disk_limit: 'The build needs more disk than it may use',
  time_limit: 'The build took too long',
  secrets_unsupported: 'The machine that built cannot give secrets to a build',
  base_image_missing: 'The image that it builds upon cannot be had',
  registry_unreachable: 'A registry does not answer',
  push_refused: 'A registry did not take the image',
  machine_lost: 'The machine that built was lost',
  git_failed: 'The repository could not be fetched',
  internal: 'Berth itself failed',
}

type Stepped = Pick<Build, 'steps' | 'state' | 'finishedAt'>

export type DrawnStep = Omit<BuildStep, 'state'> & {
  state: BuildStep['state'] | 'cancelled'
  tookMs: number
  /** Of the whole time: where its bar begins, and how long it is. */
  startRatio: number
  lengthRatio: number
}

const lastStates = { succeeded: 'done', failed: 'failed', cancelled: 'cancelled' } as const

/** The steps over the time that all of them took. One that was not told to have ended ended with its build. */
export function drawSteps({ steps, state, finishedAt }: Stepped, nowMs: number): DrawnStep[] {
  const lastMs = finishedAt === null ? nowMs : Date.parse(finishedAt)
  const lastState = state in lastStates ? lastStates[state as keyof typeof lastStates] : 'running'
  const spans = steps.map((step) => {
    const startMs = Date.parse(step.startedAt)
    return { startMs, endMs: Math.max(startMs, step.finishedAt === null ? lastMs : Date.parse(step.finishedAt)) }
  })
  const fromMs = Math.min(...spans.map(({ startMs }) => startMs))
  const wholeMs = Math.max(...spans.map(({ endMs }) => endMs)) - fromMs || 1
  return steps.map((step, index) => {
    const { startMs = fromMs, endMs = fromMs } = spans[index] ?? {}
    const tookMs = endMs - startMs
    return {
      ...step,
      state: step.state === 'running' ? lastState : step.state,
      tookMs,
      startRatio: (startMs - fromMs) / wholeMs,
      lengthRatio: tookMs / wholeMs,
    }
  })
}

const digestOf = (image: string) => image.slice(image.indexOf('@') + 1)

/** The build that a release's image came from; both are names with digest. */
export const buildOfImage = (builds: readonly Build[], imageDigest: string): Build | undefined =>
  builds.find(({ images }) => images.some(({ image }) => digestOf(image) === digestOf(imageDigest)))
