import { StringDecoder } from 'node:string_decoder'
import type { BuildStep } from '@berth/contract'
import type { BuildStatus, Vertex } from './status-message.ts'
import { readVertexName, type VertexName } from './vertex-name.ts'

const mostTitleLength = 2_000
/** Of a shell that may have no more processes. */
const forkFailure = /cannot fork|fork: (retry|.*resource temporarily unavailable)|can't fork|unable to fork/i

type Fed = { lines: string[]; hasNewSteps: boolean }
type Seen = VertexName & {
  step: BuildStep | undefined
  decoder: StringDecoder
  rest: string
  isTold: boolean
  isEnded: boolean
  hasNoProcessLeft: boolean
}

/** What BuildKit tells, as steps and lines; the lines of instructions that run side by side are told apart by headings. */
export function buildkitProgress() {
  const seen = new Map<string, Seen>()
  const steps: BuildStep[] = []
  let speaker: string | undefined

  function meet({ digest, name, startedAtMs }: Vertex): Seen {
    const entry = seen.get(digest) ?? { ...readVertexName(name), ...notTold, decoder: new StringDecoder('utf8') }
    if (!entry.step && entry.title !== undefined && startedAtMs !== null) {
      entry.step = stepOf(entry.title.slice(0, mostTitleLength), startedAtMs)
    }
    seen.set(digest, entry)
    return entry
  }

  /** To ask for a base image and to fetch it are one instruction. */
  function stepOf(title: string, startedAtMs: number): BuildStep {
    const asked = title.startsWith('FROM ') ? steps.find((step) => step.title === title) : undefined
    if (asked) return Object.assign(asked, { state: 'running', finishedAt: null })
    const step = { title, state: 'running' as const, isCached: false, startedAt: toIso(startedAtMs), finishedAt: null }
    steps.push(step)
    return step
  }

  /** The heading comes again where another one spoke in between. */
  function speak(digest: string, lines: readonly string[]): string[] {
    const { heading = '' } = seen.get(digest) ?? {}
    const isNew = speaker !== digest && heading !== ''
    speaker = digest
    return [...(isNew ? [oneLine(heading)] : []), ...lines]
  }

  function addVertex(vertex: Vertex): Fed {
    const entry = meet(vertex)
    const { step } = entry
    if (!step || entry.isEnded) return nothingNew
    const lines: string[] = []
    if (!entry.isTold && entry.heading !== '') lines.push(...speak(vertex.digest, vertex.isCached ? ['cached'] : []))
    entry.isTold = true
    step.isCached = vertex.isCached
    if (vertex.completedAtMs !== null) {
      entry.isEnded = true
      if (entry.rest) lines.push(...speak(vertex.digest, [entry.rest]))
      entry.rest = ''
      step.finishedAt = toIso(vertex.completedAtMs)
      step.state = vertex.error ? 'failed' : 'done'
    }
    return { lines, hasNewSteps: true }
  }

  function addLog(digest: string, bytes: Buffer): string[] {
    const entry = seen.get(digest)
    if (!entry) return []
    const lines = (entry.rest + entry.decoder.write(bytes)).split(/\r?\n/)
    entry.rest = lines.pop() ?? ''
    entry.hasNoProcessLeft ||= lines.some((line) => forkFailure.test(line))
    const written = lines.filter((line) => line.trim() !== '')
    return written.length > 0 ? speak(digest, written) : []
  }

  return {
    add({ vertexes, logs }: BuildStatus): Fed {
      // Logs first: those of an instruction that has just ended come with its end.
      for (const vertex of vertexes) meet(vertex)
      const begun = vertexes.filter(({ completedAtMs, isCached }) => completedAtMs === null || isCached).map(addVertex)
      const lines = [
        ...begun.flatMap((fed) => fed.lines),
        ...logs.flatMap(({ vertex, bytes }) => addLog(vertex, bytes)),
      ]
      const ended = vertexes.filter(({ completedAtMs }) => completedAtMs !== null).map(addVertex)
      return {
        lines: [...lines, ...ended.flatMap((fed) => fed.lines)],
        hasNewSteps: [...begun, ...ended].some(({ hasNewSteps }) => hasNewSteps),
      }
    },
    /** At the end: what has no line end is a line, too, and nothing runs any more. */
    end(atMs: number): Fed {
      const lines = [...seen].flatMap(([digest, entry]) => (entry.rest ? speak(digest, [entry.rest]) : []))
      const running = steps.filter(({ state }) => state === 'running')
      for (const step of running) Object.assign(step, { state: 'failed', finishedAt: toIso(atMs) })
      return { lines, hasNewSteps: running.length > 0 }
    },
    /** Whether what failed could begin no more processes, as far as it said so. */
    hasNoProcessLeft: () => [...seen.values()].some((one) => one.hasNoProcessLeft && one.step?.state === 'failed'),
    steps: (): BuildStep[] => steps.map((step) => ({ ...step })),
  }
}

const nothingNew: Fed = { lines: [], hasNewSteps: false }
const notTold = { step: undefined, rest: '', isTold: false, isEnded: false, hasNoProcessLeft: false }

const toIso = (atMs: number) => new Date(atMs).toISOString()

const oneLine = (name: string) => name.replaceAll(/\s*\n\s*/g, ' ').slice(0, mostTitleLength)
