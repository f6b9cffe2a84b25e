import type { Log } from '../log.ts'
import type { EdgeFiles } from './edge-files.ts'
import type { ServerRow } from './haproxy-answers.ts'
import { askHaproxy } from './haproxy-socket.ts'

export const doorBackend = 'berth-door'
const doorServer = 'open'

/**
 * A machine that was away may wake with routes of long ago. So an edge that starts serves no app until its agent has heard
 * from a server, or for ten seconds: a server that is away as well must not keep the apps down. The door is a server that
 * HAProxy checks itself, so that it opens without anybody, and whose state a reload keeps. Before 3.1 it is open from
 * the start.
 */
export const doorSection = (initState: string) => `backend ${doorBackend}
  server ${doorServer} 127.0.0.1:81 check inter 1s fastinter 1s downinter 1s rise 10 fall 100000${initState}
`

export type EdgeDoor = ReturnType<typeof edgeDoor>

/** `isTrusted`: the routes that this machine remembers are the newest there can be. */
export function edgeDoor({ files, log, isTrusted }: { files: EdgeFiles; log: Log; isTrusted: boolean }) {
  let mayOpen = isTrusted

  async function open(signal?: AbortSignal): Promise<void> {
    await askHaproxy(files.adminSocket, `set server ${doorBackend}/${doorServer} health up`, signal)
  }

  return {
    /** From now on it is opened whenever it is found closed. */
    trust() {
      mayOpen = true
    },
    /** After a look at the edge's servers. */
    async openIfClosed(rows: readonly ServerRow[], signal?: AbortSignal): Promise<void> {
      if (!mayOpen || !isClosed(rows)) return
      await open(signal)
      log.info('edge_opened')
    },
    open,
  }
}

/** An edge without a door, of an agent before this one, is open. */
export const isClosed = (rows: readonly ServerRow[]) =>
  rows.some(
    ({ backend, server, status }) => backend === doorBackend && server === doorServer && !status.startsWith('UP'),
  )

/** The routes can have changed without this machine only if there is another manager, where a server may have run. */
export const isOnlyManager = ({ isManager, managerAddresses }: { isManager: boolean; managerAddresses: string[] }) =>
  isManager && managerAddresses.length <= 1
