import { StringDecoder } from 'node:string_decoder'
import type { BuildStep } from '@berth/contract'
import type { BuildStatus, Vertex } from './status-message.ts'

/** "[build 2/5] RUN make": an instruction of the Dockerfile. What the builder does beside them has no such numbers. */
const stepPattern = /^\[(?:\S+ +)*\d+\/\d+\] (.*)$/s
const mostTitleLength = 2_000

type Fed = { lines: string[]; hasNewSteps: boolean }
type Seen = {
  name: string
  step: BuildStep | undefined
  decoder: StringDecoder
  rest: string
  isTold: boolean
  isEnded: boolean
}

/** What BuildKit tells, as steps and lines; the lines of instructions that run side by side are told apart by headings. */
export function buildkitProgress() {
  const seen = new Map<string, Seen>()
  const steps: BuildStep[] = []
  let speaker: string | undefined

  function meet({ digest, name, startedAtMs }: Vertex): Seen {
    const known = seen.get(digest)
    const title = stepPattern.exec(name)?.[1]?.slice(0, mostTitleLength)
    const entry = known ?? { name, step: undefined, decoder: new StringDecoder('utf8'), rest: '', ...notTold }
    if (!entry.step && title !== undefined && startedAtMs !== null) {
      entry.step = { title, state: 'running', isCached: false, startedAt: toIso(startedAtMs), finishedAt: null }
      steps.push(entry.step)
    }
    seen.set(digest, entry)
    return entry
  }

  /** The heading comes again where another one spoke in between. */
  function speak(digest: string, lines: readonly string[]): string[] {
    const { name } = seen.get(digest) ?? { name: '' }
    const heading = speaker === digest || name === '' ? [] : [oneLine(name)]
    speaker = digest
    return [...heading, ...lines]
  }

  function addVertex(vertex: Vertex): Fed {
    const entry = meet(vertex)
    const { step } = entry
    if (!step || entry.isEnded) return nothingNew
    const lines: string[] = []
    if (!entry.isTold) lines.push(...speak(vertex.digest, vertex.isCached ? ['cached'] : []))
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
    steps: (): BuildStep[] => steps.map((step) => ({ ...step })),
  }
}

const nothingNew: Fed = { lines: [], hasNewSteps: false }
const notTold = { isTold: false, isEnded: false }

const toIso = (atMs: number) => new Date(atMs).toISOString()

const oneLine = (name: string) => name.replaceAll(/\s*\n\s*/g, ' ').slice(0, mostTitleLength)
