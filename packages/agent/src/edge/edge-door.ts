import type { Lapses } from '../lapses.ts'
import type { Log } from '../log.ts'
import type { EdgeFiles } from './edge-files.ts'
import type { ServerRow } from './haproxy-answers.ts'
import { askHaproxy } from './haproxy-socket.ts'

export const doorBackend = 'berth-door'
export const settledBackend = 'berth-settled'
const doorServer = `${doorBackend}/open`
const settledServer = `${settledBackend}/yes`

/** Where an edge notes that it stood still; the note goes by itself. */
export const doorTable = doorBackend
export const stood = 'stood'
/** Less than the six seconds after which a server goes on without a machine. More than the agent's own, which must notice all that the edge does. */
export const lateMs = 5_000
const tickPort = 82

/** For a request of the frontend `web`: whether the door is closed, in three ways. */
export const isShut = [
  `nbsrv(${doorBackend}) eq 0`,
  `str(${stood}),in_table(${doorTable})`,
  `date(0,ms),sub(proc.ticked_ms) -m int gt ${lateMs}`,
]

/**
 * A machine that was away may come back with routes of long ago. So an edge that starts or that stood still serves no app
 * until its agent has heard from a server, or for ten seconds: a server that is away as well must not keep the apps down.
 * The door is a server that HAProxy checks itself, so that it opens without anybody, and whose state a reload keeps.
 *
 * Each check is also a tick. A tick that comes late says that the edge stood still, and so does one that is overdue: the
 * first request after a standstill may be quicker. It is told by the wall clock, which goes on while a computer sleeps.
 *
 * The other server is up once all apps have been found, or after a minute. Before 3.1 both are up from the start.
 */
export const doorSection = (initState: string) => `frontend tick
  bind 127.0.0.1:${tickPort}
  no log
  http-request track-sc0 str(${stood}) table ${doorTable} if { date(0,ms),sub(proc.ticked_ms) -m int gt ${lateMs} }
  http-request set-var(proc.ticked_ms) date(0,ms)
  http-request return status 200

backend ${doorBackend}
  stick-table type string len 8 size 10 expire 10s
${selfOpening('open', 10, initState)}
backend ${settledBackend}
${selfOpening('yes', 60, initState)}`

const selfOpening = (name: string, seconds: number, initState: string) => `  option httpchk
  http-check send meth GET uri /
  server ${name} 127.0.0.1:${tickPort} check inter 1s fastinter 1s downinter 1s rise ${seconds} fall 100000${initState}
`

export type EdgeDoor = ReturnType<typeof edgeDoor>

type Deps = {
  files: Pick<EdgeFiles, 'adminSocket'>
  log: Log
  lapses: Pick<Lapses, 'count'>
  /** The routes that this machine remembers are the newest there can be, always. */
  isTrusted(): boolean
}

export function edgeDoor({ files, log, lapses, isTrusted }: Deps) {
  let closings = 0
  let trustedTurn: number | undefined

  /** Changes with all that makes what was heard before count for nothing. */
  const turn = () => {
    const count = lapses.count() // First, as a lapse closes the door.
    return count + closings
  }
  const mayOpen = () => isTrusted() || trustedTurn === turn()
  const ask = (commands: readonly string[], signal?: AbortSignal) =>
    askHaproxy(files.adminSocket, commands.join('; '), signal)

  async function open(signal?: AbortSignal): Promise<void> {
    await ask([`set server ${doorServer} health up`, `clear table ${doorTable}`], signal)
  }

  async function settle(signal?: AbortSignal): Promise<void> {
    await ask([`set server ${settledServer} health up`], signal)
  }

  return {
    turn,
    /** The newest routes were heard, in this turn: if it is still on, the door is opened whenever it is found closed. */
    trust(heardInTurn: number) {
      trustedTurn = heardInTurn
    },
    /** Until the newest routes were heard, for ten seconds at most. */
    async close(reason: string, signal?: AbortSignal): Promise<void> {
      closings += 1
      if (isTrusted()) return
      await ask([`set server ${doorServer} health down`, `set server ${settledServer} health down`], signal)
      log.info('edge_closed', { reason })
    },
    /** After a look at the edge. `isFound`: each app of which something runs has an instance that is up here. */
    async openOrSettle({ rows, hasStood, isFound }: DoorSight, signal?: AbortSignal): Promise<void> {
      if (!mayOpen()) return
      if (isClosed(rows) || hasStood) {
        await open(signal)
        log.info('edge_opened')
      } else if (isFound && isSettling(rows)) {
        await settle(signal)
        log.info('edge_settled')
      }
    },
    open,
    settle,
  }
}

export type DoorSight = { rows: readonly ServerRow[]; hasStood: boolean; isFound: boolean }

const isDown = (rows: readonly ServerRow[], wanted: string) =>
  rows.some(({ backend, server, status }) => `${backend}/${server}` === wanted && !status.startsWith('UP'))

/** An edge without a door, of an agent before this one, is open. */
export const isClosed = (rows: readonly ServerRow[]) => isDown(rows, doorServer)
export const isSettling = (rows: readonly ServerRow[]) => isDown(rows, settledServer)

/** `show table`: the edge noted that it stood still. */
export const hasStood = (answer: string) => new RegExp(`^# table: ${doorTable},.* used:[1-9]`, 'm').test(answer)
