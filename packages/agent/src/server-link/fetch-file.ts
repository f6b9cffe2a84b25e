import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatBytes, PlatformError, readProblem, type ServerFile, serverFilePath } from '@berth/contract'
import type { LinkedServer } from './linked-server.ts'
import { serverTls } from './server-tls.ts'

/** Whole, or it throws: what the server refuses in its words, `engine_unavailable` where it broke off for good. */
export type FetchFile = (file: ServerFile, signal: AbortSignal) => AsyncGenerator<Buffer, void, undefined>

type Options = {
  server: Pick<LinkedServer, 'place'>
  /** However slow it is, what moves is waited for; what stands still for so long is broken off. */
  stallMs?: number
  /** Before what broke off is taken up again. */
  pauseMs?: number
}

/** So often what broke off is taken up again where it was. */
const mostBreaks = 3

export function fileFetcher({ server, stallMs = 60_000, pauseMs = 1_000 }: Options): FetchFile {
  return async function* fetchFile(file, signal) {
    const progress: Progress = { offset: 0 }
    for (let breaks = 0; ; breaks++) {
      const broken = yield* readOn({ file, progress, stallMs, ...server.place() }, signal)
      if (!broken) return
      signal.throwIfAborted()
      if (broken.cause instanceof PlatformError) throw broken.cause
      if (breaks === mostBreaks) throw brokenOff(file, progress, broken.cause)
      await sleep(pauseMs, undefined, { signal })
    }
  }
}

/** `offset`: what was handed on already. */
type Progress = { offset: number; sizeBytes?: number }

type Reading = ReturnType<LinkedServer['place']> & { file: ServerFile; progress: Progress; stallMs: number }

/** Returns why it broke off; undefined once it is whole. */
async function* readOn(reading: Reading, signal: AbortSignal): AsyncGenerator<Buffer, { cause: unknown } | undefined> {
  const { progress } = reading
  const opened = await open(reading, signal).catch((cause: unknown) => ({ cause }))
  if ('cause' in opened) return opened
  try {
    for await (const piece of opened as AsyncIterable<Buffer>) {
      progress.offset += piece.length
      yield piece
    }
    return undefined
  } catch (cause) {
    // Not what was thrown in here by whoever takes the pieces, such as a disk that is full.
    if (!opened.errored) throw cause
    return { cause }
  }
}

async function open(reading: Reading, signal: AbortSignal): Promise<IncomingMessage> {
  const { address, identity, file, progress, stallMs } = reading
  const asked = request(new URL(serverFilePath(file), `https://${address}`), {
    ...serverTls(identity),
    agent: false,
    signal,
    timeout: stallMs,
    headers: progress.offset > 0 ? { range: `bytes=${progress.offset}-` } : {},
  })
  let answer: IncomingMessage | undefined
  asked.once('timeout', () => (answer ?? asked).destroy(new Error(`Nothing came for ${stallMs / 1_000} s`)))
  // Once there is an answer, what ends the request ends that, and is told there.
  asked.on('error', () => undefined)
  asked.end()
  ;[answer] = (await once(asked, 'response')) as [IncomingMessage]
  if (!continues(answer, progress)) throw await refusalOf(answer)
  if (progress.offset === 0) progress.sizeBytes = Number(answer.headers['content-length'])
  return answer
}

const continues = ({ statusCode, headers }: IncomingMessage, { offset, sizeBytes = 0 }: Progress): boolean =>
  offset === 0
    ? statusCode === 200 && headers['content-length'] !== undefined
    : statusCode === 206 && headers['content-range'] === `bytes ${offset}-${sizeBytes - 1}/${sizeBytes}`

async function refusalOf(answer: IncomingMessage): Promise<Error> {
  if (answer.headers['content-type']?.startsWith('application/problem+json')) return readProblem(await json(answer))
  answer.destroy()
  return new Error(`The server answered with HTTP ${answer.statusCode} to what it should send`)
}

const brokenOff = ({ kind }: ServerFile, { offset, sizeBytes }: Progress, cause: unknown) => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const share = sizeBytes === undefined ? '' : ` (${formatBytes(offset)} of ${formatBytes(sizeBytes)})`
  return new PlatformError(
    'engine_unavailable',
    `The ${kind} did not arrive whole from the server${share}: ${reason}`,
    {
      hint: 'See the log of berth-server, and whether this machine keeps its link to it: `berth machines`',
      cause,
    },
  )
}
