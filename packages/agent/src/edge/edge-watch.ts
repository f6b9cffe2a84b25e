import type { EdgeStatus } from '@berth/contract'
import type { Log } from '../log.ts'
import type { Clock } from './clock.ts'
import { isSettled } from './edge-status.ts'
import type { StatusBoard } from './status-board.ts'
import type { TablePasses } from './table-passes.ts'
import type { TableServing } from './table-serving.ts'

const closelyWatchedMs = 30_000
const silentPollsBeforeRepair = 5

type Deps = {
  serving: TableServing
  passes: TablePasses
  start(): Promise<void>
  board: StatusBoard
  clock: Clock
  log: Log
}

/** Looks at the edge and tells what it sees, until the signal aborts; brings back an edge that went silent. */
export async function watchEdge(deps: Deps, signal: AbortSignal): Promise<void> {
  const { passes, board, clock } = deps
  let silentPolls = 0
  while (!signal.aborted) {
    silentPolls = (await look(deps)) ? 0 : silentPolls + 1
    if (silentPolls >= silentPollsBeforeRepair) {
      await repair(deps, signal)
      silentPolls = 0
    }
    if (passes.isRetryDue()) await passes.run()
    await clock.wait(pollMs(board.status(), passes.sinceLastMs()), signal)
  }
}

async function look({ serving, board }: Deps): Promise<boolean> {
  try {
    board.publish(await serving.look())
    return true
  } catch {
    return false // Told as an error once it lasts.
  }
}

const pollMs = (status: EdgeStatus, sinceLastPassMs: number) =>
  sinceLastPassMs < closelyWatchedMs || !isSettled(status) ? 250 : 1000

/** Someone removed the container, or it ended and the engine gave up on it. */
async function repair({ serving, passes, start, board, log }: Deps, signal: AbortSignal): Promise<void> {
  if (passes.running()) return
  board.publish({ error: 'The edge does not answer', ...serving.unseen() })
  try {
    await start()
    await passes.run()
  } catch (error) {
    if (!signal.aborted) log.error('edge_repair_failed', { error })
  }
}
