import type { ProofLine } from '@berth/contract'
import type { ImageDescription, TrialEnd } from '@berth/engine'
import type { ProbeResult } from '../probe/probe-messages.ts'
import { compareAnswers } from './compare.ts'

/** How an image did: what its probe saw, that it ended, or, of one that takes no traffic, that it runs on. */
export type Observed = ProbeResult | { kind: 'ended'; end: TrialEnd } | { kind: 'runs'; watchedMs: number }

type Observations = { original: Observed; slim: Observed | undefined; originalAgain: Observed | undefined }

/** The proof, line by line; it failed when one of them did. */
export function judge({ original, slim, originalAgain }: Observations): ProofLine[] {
  if (!isUp(original)) {
    const text = `The original itself ${wordsOf(original)}, so that nothing can be proven: it may need what it was cut off from`
    return [{ verdict: 'failed', text }]
  }
  if (!slim) return [{ verdict: 'failed', text: 'The smaller image was not started' }]
  if (!isUp(slim))
    return [{ verdict: 'failed', text: `The smaller image ${wordsOf(slim)}, while the original comes up` }]
  if (original.kind !== 'up' || slim.kind !== 'up') {
    const text = 'Both start and run on; it takes no traffic, so that no answers could be compared'
    return [{ verdict: 'note', text }]
  }
  const text = `Both pass the health check, after ${secondsOf(original)} and ${secondsOf(slim)}`
  const again = originalAgain?.kind === 'up' ? originalAgain : undefined
  return [{ verdict: 'same', text }, ...compareAnswers(original, slim, again)]
}

export const isUp = ({ kind }: Observed): boolean => kind === 'up' || kind === 'runs'

const secondsOf = ({ afterMs }: { afterMs: number }) => `${(afterMs / 1000).toFixed(1)} s`

function wordsOf(observed: Observed): string {
  if (observed.kind === 'down') return `does not pass the health check: ${observed.failure}`
  if (observed.kind !== 'ended') return 'runs'
  const { exitCode, wasOutOfMemory, lastLines } = observed.end
  const how = wasOutOfMemory ? 'ended for want of memory' : `ended with exit code ${exitCode}`
  const lines = lastLines.map((line) => line.trim()).filter((line) => line !== '')
  // The last line is often the bottom of a stack.
  const telling = lines.find((line) => complaint.test(line)) ?? lines.at(-1)
  return telling === undefined ? how : `${how} (${telling.slice(0, 300)})`
}

const complaint = /error|exception|fatal|panic|no such|not found|cannot|denied/i

/** What was otherwise than the app has it. */
export function conditionsOf({ config }: ImageDescription): ProofLine[] {
  const volumes = Object.keys((config.Volumes as Record<string, unknown> | null | undefined) ?? {})
  if (volumes.length === 0) return []
  return [{ verdict: 'note', text: `Both had volumes of their own at ${volumes.join(', ')}, as a new instance has` }]
}
