import { type ErrorCode, PlatformError } from '@berth/contract'

/** What the engine's client throws, as far as it can be known. */
type EngineError = Error & { code?: string; statusCode?: number; reason?: string; json?: { message?: string } }

const unreachableCodes = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])
const noLeader = /does not have a leader|no elected primary|quorum|is not a swarm manager|context deadline exceeded/i

export const engineStatus = (error: unknown): number | undefined => (error as EngineError | null)?.statusCode

/** The engine's own words, without what its client puts around them. */
export function engineWords(error: unknown): string {
  const { json, reason, message } = error as EngineError
  return (json?.message || message || reason || 'no reason given')
    .replace(/^\(HTTP code \d+\) [^-]* - /, '')
    .replace(/^rpc error: code = \w+ desc = /, '')
    .trim()
}

/** Runs one call to the engine. `doing` completes the sentence "The engine could not ...". */
export async function engineCall<T>(
  doing: string,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  try {
    return await call()
  } catch (error) {
    signal?.throwIfAborted()
    throw engineFailure(doing, error)
  }
}

/** The same, where "there is no such thing" is an answer and not a failure. */
export async function findCall<T>(
  doing: string,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T | undefined> {
  return engineCall(doing, signal, async () => {
    try {
      return await call()
    } catch (error) {
      if (engineStatus(error) === 404) return undefined
      throw error
    }
  })
}

export function engineFailure(doing: string, error: unknown): PlatformError {
  if (error instanceof PlatformError) return error
  const words = engineWords(error)
  const code = codeOf(error as EngineError, words)
  return new PlatformError(code, `The engine could not ${doing}: ${words}`, { hint: hintOf(code, words), cause: error })
}

function codeOf({ code, statusCode }: EngineError, words: string): ErrorCode {
  if (statusCode === undefined) return code && unreachableCodes.has(code) ? 'engine_unavailable' : 'engine_failed'
  if (/update out of sequence/i.test(words)) return 'conflict'
  if (noLeader.test(words)) return 'engine_unavailable'
  return 'engine_failed'
}

function hintOf(code: ErrorCode, words: string): string | undefined {
  if (/no space left on device/i.test(words)) return 'The disk of the machine is full: make room on it'
  if (code === 'conflict') return 'Someone else changed it in between: look again'
  if (code !== 'engine_unavailable') return undefined
  if (/not a swarm manager/i.test(words))
    return 'This machine is not a manager of the cluster: set it up with ./berth up'
  if (noLeader.test(words))
    return 'Most managers of the cluster do not answer: wait for one that has just joined, or bring one back'
  return 'Check that Docker runs on the machine (systemctl status docker) and that its socket may be used'
}
