import type { EdgeStatus } from '@berth/contract'
import { isVisibleChange } from './edge-status.ts'

export type StatusListener = (status: EdgeStatus) => void
export type StatusBoard = ReturnType<typeof statusBoard>

/** What is known of the edge, and who is told when it changes. */
export function statusBoard() {
  const listeners = new Set<StatusListener>()
  let status: EdgeStatus = { fingerprint: null, error: null, countedAtMs: null, backends: [] }

  return {
    status: () => status,
    publish(change: Partial<EdgeStatus>) {
      const before = status
      status = { ...status, ...change }
      if (isVisibleChange(before, status)) for (const listener of listeners) listener(status)
    },
    onChange(listener: StatusListener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
