import type { RouteTable } from '@berth/contract'
import type { Lapses } from '../lapses.ts'
import type { Log } from '../log.ts'
import type { EdgeDoor } from './edge-door.ts'
import { misleads } from './found-apps.ts'
import type { ServerReach } from './server-reach.ts'
import type { TableServing } from './table-serving.ts'

type Deps = {
  door: Pick<EdgeDoor, 'close' | 'turn' | 'trust'>
  serving: Pick<TableServing, 'served' | 'look'>
  lapses: Pick<Lapses, 'onLapse'>
  log: Log
}

export type DoorKeeper = ReturnType<typeof doorKeeper>

/** Closes the door for what an agent knows, and opens it once the newest routes are served. */
export function doorKeeper({ door, serving, lapses, log }: Deps, signal: AbortSignal) {
  let reach: ServerReach = 'away'
  let isBehind = true

  async function close(reason: string): Promise<void> {
    await door.close(reason, signal).catch((error: unknown) => {
      if (!signal.aborted) log.warn('edge_not_closed', { error })
    })
  }
  signal.addEventListener(
    'abort',
    lapses.onLapse(() => void close('stood still')),
    { once: true },
  )

  return {
    reach: () => reach,
    setReach(next: ServerReach) {
      reach = next
      if (next !== 'linked') isBehind = true
    },
    /** Before a table is served. The first after a time without a server closes the door where the old one misleads. */
    async beginTurn(table: RouteTable): Promise<number> {
      if (isBehind && misleads(serving.served(), table)) await close('routes have changed')
      return door.turn()
    },
    /** The server has told the newest, whether or not the edge could take it. */
    async endTurn(turn: number): Promise<void> {
      isBehind = false
      door.trust(turn)
      await serving.look().catch(() => undefined)
    },
  }
}
