import type { BuildStep } from '@berth/contract'
import type { BuildBreak } from './build-failure.ts'

/** One line of what the engine tells while it builds. */
export type BuildEngineEvent = {
  stream?: string
  status?: string
  id?: string
  progress?: string
  aux?: { ID?: string }
  error?: string
  errorDetail?: { code?: number; message?: string }
}

const stepPattern = /^Step (\d+)\/(\d+) : (.*)$/
/** The image that a step ended in, or that it begins from. */
const imagePattern = /^ ---> ([0-9a-f]{12})$/
const containerPattern = /^ ---> Running in ([0-9a-f]{12,64})$/
/** Of a shell that may have no more processes. */
const forkFailure = /cannot fork|fork: (retry|.*resource temporarily unavailable)|can't fork|unable to fork/i
const ownLabelPrefix = 'berth.'
/** What says nothing to a person: ids of layers and containers. */
const noise = /^ ---> [0-9a-f]{12}$|^Removing intermediate container|^Successfully (built|tagged)/

type Fed = {
  /** Complete lines for the log. */
  lines: string[]
  /** Whether the steps are others than before. */
  hasNewSteps: boolean
  /** What the instruction has left, unless it was there before. */
  layerId?: string
  /** The container in which an instruction begins to run. */
  containerId?: string
  /** Images that steps ended in, or began from, as their short ids. */
  imageIds: string[]
}

/**
 * What the classic builder of the engine says, as steps and lines. Feed it events; it keeps what belongs together.
 * `addedSteps`: at the end, for the labels that Berth adds.
 */
export function buildProgress(now: () => string, addedSteps = 0) {
  const steps: BuildStep[] = []
  let rest = ''
  let isOurs = false
  let isFound = false
  let hasNoProcessLeft = false
  let imageId: string | undefined
  let failure: BuildBreak | undefined

  function endStep(state: 'done' | 'failed') {
    const last = steps.at(-1)
    if (last?.state === 'running') Object.assign(last, { state, finishedAt: now() })
  }

  function readLine(line: string, fed: Fed) {
    const [, number, total, title] = stepPattern.exec(line) ?? []
    if (title !== undefined) {
      // A base image is somebody's, and so may be what is in the cache.
      isFound = /^FROM /i.test(title)
      hasNoProcessLeft = false
      // The labels that Berth adds are no instruction of the Dockerfile.
      isOurs = title.startsWith(`LABEL ${ownLabelPrefix}`)
      endStep('done')
      fed.hasNewSteps = true
      if (isOurs) return
      steps.push({ title, state: 'running', isCached: false, startedAt: now(), finishedAt: null })
      fed.lines.push(`[${number}/${Number(total) - addedSteps}] ${title}`)
      return
    }
    const [, imageOfStep] = imagePattern.exec(line) ?? []
    if (imageOfStep) fed.imageIds.push(imageOfStep)
    if (imageOfStep && !isFound) fed.layerId = imageOfStep
    if (line === ' ---> Using cache') isFound = true
    if (isOurs) return
    if (forkFailure.test(line)) hasNoProcessLeft = true
    const [, containerId] = containerPattern.exec(line) ?? []
    if (containerId) fed.containerId = containerId
    const last = steps.at(-1)
    if (line === ' ---> Using cache' && last) {
      last.isCached = true
      fed.hasNewSteps = true
    }
    if (!containerId && !noise.test(line)) fed.lines.push(line === ' ---> Using cache' ? 'cached' : line)
  }

  return {
    add(event: BuildEngineEvent): Fed {
      const fed: Fed = { lines: [], hasNewSteps: false, imageIds: [] }
      if (event.stream !== undefined) {
        const lines = (rest + event.stream).split(/\r?\n/)
        rest = lines.pop() ?? ''
        for (const line of lines) if (line.trim() !== '') readLine(line, fed)
      }
      if (event.status && !event.progress) fed.lines.push(event.id ? `${event.id}: ${event.status}` : event.status)
      imageId = event.aux?.ID ?? imageId
      const message = event.errorDetail?.message ?? event.error
      if (message !== undefined) {
        failure = { message, exitCode: event.errorDetail?.code, ...(hasNoProcessLeft && { hasNoProcessLeft }) }
        endStep('failed')
        Object.assign(fed, { hasNewSteps: true })
        fed.lines.push(message)
      }
      return fed
    },
    /** At the end of the stream: what has no line end is a line, too. */
    end(): Fed {
      const hasNewSteps = steps.at(-1)?.state === 'running'
      const fed: Fed = { lines: rest.trim() === '' ? [] : [rest], hasNewSteps, imageIds: [] }
      rest = ''
      endStep('done')
      return fed
    },
    steps: (): BuildStep[] => steps.map((step) => ({ ...step })),
    imageId: () => imageId,
    failure: () => failure,
  }
}
