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
  const seen = edges.map(({ status }) => status.backends.find((backend) => backend.name === name))
  if (seen.length === 0 || seen.some((backend) => !backend)) return undefined
  return (seen as BackendStatus[]).reduce((a, b) => ({
    name,
    up: Math.min(a.up, b.up),
    known: Math.min(a.known, b.known),
    inFlight: a.inFlight + b.inFlight,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    lastCheck: a.lastCheck ?? b.lastCheck,
  }))
}
