import type { BackendStatus, EdgeStatus } from '@berth/contract'

/** What one machine's edge serves, as far as the server knows. */
export interface EdgeView {
  readonly machine: string
  /** Whether it serves the table that is wanted now. */
  readonly isCurrent: boolean
  readonly status: EdgeStatus
}

/** The same backend as seen by all edges: the least that any of them can promise. */
export function backendAcross(edges: readonly EdgeView[], name: string): BackendStatus | undefined {
  let across: BackendStatus | undefined
  let place = 0
  for (const { status } of edges) {
    // Edges list them in the order of the table that they serve, so that it is mostly where the edge before had it.
    if (status.backends[place]?.name !== name) place = status.backends.findIndex((backend) => backend.name === name)
    const seen = status.backends[place]
    if (!seen) return undefined
    if (across) addSeen(across, seen)
    else across = { ...seen }
  }
  return across
}

function addSeen(across: BackendStatus, seen: BackendStatus) {
  across.up = Math.min(across.up, seen.up)
  across.known = Math.min(across.known, seen.known)
  across.inFlight += seen.inFlight
  across.requests += seen.requests
  across.errors += seen.errors
  across.lastCheck ??= seen.lastCheck
}
