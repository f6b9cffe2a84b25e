import type { RouteTable } from '@berth/contract'
import type { Log } from '../log.ts'
import type { Clock } from './clock.ts'
import { systemNetwork } from './edge-container.ts'
import { fingerprintOf } from './edge-memory.ts'
import type { StatusBoard } from './status-board.ts'
import type { TableServing } from './table-serving.ts'

const retryMs = 5000
/** After a manager came back, its cluster's networks are not found for some seconds. */
const networkRetryMs = 1000

type Deps = {
  serving: TableServing
  remember(table: RouteTable): Promise<void>
  board: StatusBoard
  clock: Clock
  log: Log
}

export type TablePasses = ReturnType<typeof tablePasses>

/** Keeps the newest table that was asked for, and works on one table at a time until that one is served. */
export function tablePasses(deps: Deps, first: RouteTable, signal: AbortSignal) {
  const { serving, board, clock } = deps
  let wanted = first
  let running: Promise<void> | undefined
  let lastPassMs = clock.nowMs()

  async function passUntilServed() {
    let done: RouteTable
    do {
      done = await pass(deps, () => wanted, signal)
      lastPassMs = clock.nowMs()
    } while (done !== wanted && !signal.aborted)
  }

  function run(): Promise<void> {
    running ??= passUntilServed().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    wanted: () => wanted,
    running: () => running,
    sinceLastMs: () => clock.nowMs() - lastPassMs,
    run,
    async serve(table: RouteTable): Promise<void> {
      const fingerprint = fingerprintOf(table)
      const { error, fingerprint: served } = board.status()
      if (!running && error === null && fingerprint === served) return
      wanted = table
      await run()
    },
    isRetryDue() {
      const isUnjoined = serving.missingNetworks().size > 0
      const isIncomplete = isUnjoined || board.status().error !== null
      return isIncomplete && !running && clock.nowMs() - lastPassMs > (isUnjoined ? networkRetryMs : retryMs)
    },
  }
}

/** Answers with the table that it worked on: the newest there was when nothing was left to wait for. */
async function pass(deps: Deps, newest: () => RouteTable, signal: AbortSignal): Promise<RouteTable> {
  const { serving, remember, board, log } = deps
  let table = newest()
  try {
    await serving.join(table)
    if (await serving.needsReload(table)) {
      await serving.untilReloadIsDue()
      if (table !== newest()) {
        table = newest()
        await serving.join(table)
      }
    }
    await serving.serve(table)
    await remember(table)
    await serving.leaveOthers()
    board.publish({ fingerprint: fingerprintOf(table), error: describeMissing(serving.missingNetworks()) })
    board.publish(await serving.look())
  } catch (error) {
    if (signal.aborted) return table
    log.error('edge_change_failed', { error })
    board.publish({ error: error instanceof Error ? error.message : String(error) })
  }
  return table
}

/** The system network is Berth's own and may come later than the edge; an app's must be there. */
function describeMissing(missing: ReadonlyMap<string, unknown>): string | null {
  const [network] = [...missing.keys()].filter((name) => name !== systemNetwork)
  if (!network) return null
  const cause = missing.get(network)
  return `Cannot join network ${network}: ${cause instanceof Error ? cause.message : String(cause)}`
}
