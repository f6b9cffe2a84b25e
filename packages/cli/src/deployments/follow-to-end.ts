import { PlatformError } from '@berth/contract'
import type { Context } from '../command.ts'
import type { StepLine } from '../terminal/step-lines.ts'
import type { StepView } from '../terminal/step-view.ts'

const firstWaitMs = 250
const longestWaitMs = 3000
const patienceMs = 5 * 60_000

export const hasEnded = ({ state }: { state: string }): boolean => state !== 'pending' && state !== 'running'

/** A server that restarts comes back, so only its silence is waited out, and not for ever. */
export const isTransient = (error: unknown): boolean =>
  error instanceof PlatformError && (error.code === 'engine_unavailable' || error.code === 'server_standby')

export type Followed<Value> = {
  first: Value
  follow(): AsyncIterable<Value>
  stepsOf(value: Value): readonly StepLine[]
  /** "the deployment", and how to see more of it. */
  what: string
  hint: string
}

/** The value as it ended, however often the connection broke in between. */
export async function followToEnd<Value extends { state: string }>(
  { first, follow, stepsOf, what, hint }: Followed<Value>,
  view: StepView,
  { now, wait }: Context,
): Promise<Value> {
  let latest = first
  let heardAtMs = now()
  let waitMs = firstWaitMs
  view.show(stepsOf(latest))
  while (!hasEnded(latest)) {
    try {
      for await (const value of follow()) {
        latest = value
        heardAtMs = now()
        waitMs = firstWaitMs
        view.show(stepsOf(latest))
      }
    } catch (error) {
      if (!isTransient(error)) throw error
      if (now() - heardAtMs > patienceMs) throw giveUp({ what, hint }, error)
      view.lost(heardAtMs)
    }
    if (hasEnded(latest)) break
    await wait(waitMs)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
  return latest
}

const giveUp = ({ what, hint }: { what: string; hint: string }, cause: unknown) =>
  new PlatformError('engine_unavailable', `Berth has not answered for five minutes; ${what} may still go on`, {
    hint,
    cause,
  })
