/** What visitors do while nothing answers this machine: `requests` of theirs so far, and since when there were no more. */
export type Quiet = {
  requests: number
  sinceMs: number
  /** Nobody comes, so that nobody is kept out; who comes now is the first who can, and waits for what has changed. */
  isShut: boolean
  /** Somebody came although no server answers: it is the servers that are away, not this machine. */
  wasVisited: boolean
}

const quietMs = 2_000

/**
 * A machine that hears from no server and from nobody else is likely cut off, and will be reachable again a moment before it
 * knows what happened meanwhile. One that has visitors is not cut off: those are served, as always while no server lives.
 */
export function watchQuiet(before: Quiet | undefined, { requests, nowMs }: { requests: number; nowMs: number }): Quiet {
  if (!before) return { requests, sinceMs: nowMs, isShut: false, wasVisited: false }
  const hasVisitor = requests > before.requests
  const sinceMs = requests === before.requests ? before.sinceMs : nowMs
  const wasVisited = before.wasVisited || (before.isShut && hasVisitor)
  return { requests, sinceMs, isShut: !wasVisited && nowMs - sinceMs >= quietMs, wasVisited }
}
