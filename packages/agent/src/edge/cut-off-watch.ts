import type { Log } from '../log.ts'
import type { Clock } from './clock.ts'
import type { EdgeDoor } from './edge-door.ts'
import type { EdgeFiles } from './edge-files.ts'
import { parseStat } from './haproxy-answers.ts'
import { askHaproxy } from './haproxy-socket.ts'
import { type Quiet, watchQuiet } from './quiet.ts'
import type { ServerReach } from './server-reach.ts'

const everyMs = 1_000

type Deps = {
  files: Pick<EdgeFiles, 'adminSocket'>
  door: Pick<EdgeDoor, 'close'>
  reach(): ServerReach
  /** Else nobody is shut out: it would be an error instead of a moment's patience. */
  mayHold(): boolean
  clock: Clock
  log: Log
}

/** Keeps the door closed while this machine seems to be cut off from everybody, until the signal. */
export async function watchCutOff(deps: Deps, signal: AbortSignal): Promise<void> {
  const { door, reach, mayHold, clock, log } = deps
  let quiet: Quiet | undefined
  while (!signal.aborted) {
    await clock.wait(everyMs, signal)
    if (signal.aborted) return
    if (reach() !== 'silent' || !mayHold()) {
      quiet = undefined
      continue
    }
    try {
      quiet = watchQuiet(quiet, { requests: await countRequests(deps, signal), nowMs: clock.nowMs() })
      // Again and again, as it opens by itself. The link may have come back while the edge was asked.
      if (quiet.isShut && reach() === 'silent') await door.close('cut off', signal)
    } catch (error) {
      if (!signal.aborted) log.warn('visitors_not_counted', { error })
    }
  }
}

async function countRequests({ files }: Deps, signal: AbortSignal): Promise<number> {
  const [web] = parseStat(await askHaproxy(files.adminSocket, 'show stat web 1 -1', signal))
  return web?.requestsTotal ?? 0
}
