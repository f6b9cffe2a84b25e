import { setTimeout as sleep } from 'node:timers/promises'
import { type EdgeStatus, PlatformError } from '@berth/contract'
import type { Edge } from './edge/edge.ts'
import type { ServerReach } from './edge/server-reach.ts'
import type { Log } from './log.ts'

type Options = { open(): Promise<Edge>; log: Log; retryEveryMs?: number }

/**
 * An edge that is there from the first moment and says what is wrong until the real one could be opened: a machine
 * whose port 80 is taken still has logs and figures, and speaks for the cluster.
 */
export function eventualEdge({ open, log, retryEveryMs = 3_000 }: Options): Edge {
  const stop = new AbortController()
  const listeners = new Set<(status: EdgeStatus) => void>()
  let edge: Edge | undefined
  let reach: ServerReach = 'away'
  let status: EdgeStatus = { fingerprint: null, error: 'The edge is starting', countedAtMs: null, backends: [] }

  const tell = (newest: EdgeStatus) => {
    for (const listener of listeners) listener(newest)
  }

  async function openUntilItWorks() {
    while (!stop.signal.aborted && !edge) {
      try {
        edge = await open()
        edge.onChange(tell)
        edge.setReach(reach)
        tell(edge.status())
      } catch (error) {
        log.error('edge_open_failed', { error })
        const reason = error instanceof Error ? error.message : String(error)
        status = { ...status, error: `The edge could not be started: ${reason}` }
        tell(status)
        await sleep(retryEveryMs, undefined, { signal: stop.signal }).catch(() => undefined)
      }
    }
  }
  const opening = openUntilItWorks()

  return {
    apply: async (table, signal) => (edge ? edge.apply(table, signal) : status),
    setReach(next) {
      reach = next
      edge?.setReach(next)
    },
    status: () => edge?.status() ?? status,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async probe(input, signal) {
      if (edge) return edge.probe(input, signal)
      throw new PlatformError('engine_unavailable', status.error ?? 'The edge is starting')
    },
    overlayAddress: async (signal) => (await edge?.overlayAddress(signal)) ?? null,
    crosses: async (crossing, signal) => (await edge?.crosses(crossing, signal)) ?? false,
    async close() {
      stop.abort()
      await opening
      await edge?.close()
    },
  }
}
