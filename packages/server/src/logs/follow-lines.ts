import { setTimeout as delay } from 'node:timers/promises'
import { type LogLine, PlatformError } from '@berth/contract'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import { lineQueue } from './line-queue.ts'
import { lastMoment, mergeNewest, newSince } from './log-merge.ts'
import { type LogSource, readLog, remark } from './log-source.ts'

export type LogDeps = {
  /** The app's instances as they are now. */
  sources(): readonly LogSource[]
  agents: Pick<AgentRegistry, 'find'>
  now(): Date
  times?: LogTimes
}

export type LogTimes = {
  /** How long a machine may take to hand over its last lines. */
  patienceMs: number
  /** How often new instances and agents that came back are looked for. */
  lookEveryMs: number
}

const usualTimes: LogTimes = { patienceMs: 10_000, lookEveryMs: 1_000 }
/** Read again when following begins, so that nothing is lost between the last lines and the next. */
const overlapLines = 1_000
const queuedLines = 10_000

/** The last `tail` lines of all instances in order of time; then, with `follow`, those to come as they come. */
export async function* followLines(
  deps: LogDeps,
  { tail, follow }: { tail: number; follow: boolean },
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const sources = deps.sources()
  let merged: LogLine[] = []
  const tails = await Promise.all(
    sources.map(async (source): Promise<Read> => {
      // More than is shown when following begins, so that it knows each line it will meet again.
      const read = await readTail(source, follow ? Math.max(tail, overlapLines) : tail, deps, signal)
      merged = mergeNewest(merged, read.lines, tail)
      return { ...read, lines: lastMoment(read.lines) }
    }),
  )
  yield* merged
  for (const { failure } of tails) if (failure) yield failure
  if (follow) yield* followOn(new Map(tails.map((read) => [read.source.instanceId, read])), deps, signal)
}

type Read = {
  source: LogSource
  /** The newest of what was read. */
  lines: LogLine[]
  /** What kept us from reading it, said once until it can be read again. */
  failure: LogLine | undefined
}

async function readTail(source: LogSource, tail: number, deps: LogDeps, signal: AbortSignal): Promise<Read> {
  const lines: LogLine[] = []
  const { patienceMs } = deps.times ?? usualTimes
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  const request = { tail, follow: false, signal: patience }
  try {
    await readLog(source, request, { agents: deps.agents, onLine: (line) => lines.push(line) })
    return { source, lines, failure: undefined }
  } catch (error) {
    signal.throwIfAborted()
    return { source, lines, failure: explain(error, source, deps) }
  }
}

/** Undefined when there is nothing to say: an engine forgets instances that ended long ago. */
function explain(error: unknown, source: LogSource, { now }: LogDeps): LogLine | undefined {
  const isForgotten = error instanceof PlatformError && error.code === 'instance_not_found'
  if (isForgotten && source.isOver) return undefined
  const reason = error instanceof PlatformError ? error.message : `machine ${source.machine} took too long`
  return remark(source, now(), `This instance's log cannot be read now: ${reason}`)
}

async function* followOn(reads: Map<string, Read>, deps: LogDeps, signal: AbortSignal): AsyncGenerator<LogLine> {
  const queue = lineQueue(queuedLines, (lost, next) =>
    remark(next, deps.now(), `${lost} lines were left out: they came faster than they could be sent`),
  )
  const ended = new AbortController()
  const stop = AbortSignal.any([signal, ended.signal])
  const following = new Set<string>()

  async function followOne(read: Read) {
    const isNew = newSince(read.lines)
    const onLine = (line: LogLine) => {
      if (!isNew(line)) return
      read.failure = undefined
      if (line.at === read.lines.at(-1)?.at) read.lines.push(line)
      else read.lines = [line]
      queue.push(line)
    }
    try {
      await readLog(read.source, { tail: overlapLines, follow: true, signal: stop }, { agents: deps.agents, onLine })
    } catch (error) {
      if (stop.aborted) return
      const failure = explain(error, read.source, deps)
      if (failure && !read.failure) queue.push(failure)
      read.failure = failure
      following.delete(read.source.instanceId)
    }
  }

  function look() {
    for (const source of deps.sources()) {
      const { instanceId } = source
      const isKnown = reads.has(instanceId)
      if (following.has(instanceId) || (isKnown && source.isOver)) continue
      const read = reads.get(instanceId) ?? { source, lines: [], failure: undefined }
      reads.set(instanceId, read)
      following.add(instanceId)
      void followOne(read)
    }
  }

  async function keepLooking() {
    const { lookEveryMs } = deps.times ?? usualTimes
    for (;;) {
      look()
      await delay(lookEveryMs, undefined, { signal: stop })
    }
  }

  keepLooking().catch(queue.fail)
  try {
    yield* queue
  } finally {
    ended.abort()
  }
}
