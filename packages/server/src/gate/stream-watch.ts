import { PlatformError } from '@berth/contract'
import type { Changes } from '../changes.ts'
import type { Caller } from './caller.ts'

export type StreamWatch = {
  /** Tells that someone may do something else than before: their sessions, tokens or roles have changed. */
  accessChanges: Pick<Changes, 'wait'>
  /** And nobody tells when something expires. */
  recheckMs: number
}

/**
 * Resolves once the stream of this caller must end, with what to say: who may no longer see it is shown nothing more, and
 * who may see something else connects again for it. `admitAgain` does what the gate did when the stream began.
 */
export async function streamMustEnd(
  caller: Caller,
  { admitAgain, watch: { accessChanges, recheckMs } }: { admitAgain(): Promise<Caller>; watch: StreamWatch },
  signal: AbortSignal,
): Promise<unknown> {
  for (;;) {
    await accessChanges.wait(recheckMs, signal)
    try {
      const now = await admitAgain()
      if (now.standing !== caller.standing || now.userId !== caller.userId) return standingChanged()
    } catch (error) {
      return error
    }
  }
}

const standingChanged = () =>
  new PlatformError('server_standby', 'What you may see has changed', { hint: 'Connect again to see it' })
