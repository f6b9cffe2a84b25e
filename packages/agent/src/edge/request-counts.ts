import type { ServerRow } from './haproxy-answers.ts'

export type Counted = { requests: number; errors: number }
export const nothingCounted: Counted = { requests: 0, errors: 0 }

/** Which worker counts, and for how long: its process id comes back when the container starts anew. */
export type Worker = { pid: number; uptimeSeconds: number }

export type RequestCounts = {
  worker: Worker
  /** What the worker says, by backend. */
  raw: ReadonlyMap<string, Counted>
  /** What was counted since the first look, by backend, over all workers. */
  totals: ReadonlyMap<string, Counted>
}

/**
 * Counts on from what was seen before. A worker counts from zero, so all that a new one says is new; what the very
 * first look finds was counted at a time that nobody knows, and is left out.
 */
export function addCounts(
  before: RequestCounts | undefined,
  { worker, rows }: { worker: Worker; rows: readonly ServerRow[] },
): RequestCounts {
  const raw = new Map(rows.filter(({ server }) => server === 'BACKEND').map((row) => [row.backend, countedOf(row)]))
  if (!before) return { worker, raw, totals: new Map([...raw.keys()].map((name) => [name, nothingCounted])) }
  const isSameWorker = worker.pid === before.worker.pid && worker.uptimeSeconds >= before.worker.uptimeSeconds
  const totals = [...raw].map(([name, now]) => {
    const base = (isSameWorker && before.raw.get(name)) || nothingCounted
    return [name, sum(before.totals.get(name) ?? nothingCounted, difference(base, now))] as const
  })
  return { worker, raw, totals: new Map(totals) }
}

/** Of `show info`. */
export function parseWorker(text: string): Worker {
  const numberOf = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  return { pid: numberOf('Pid'), uptimeSeconds: numberOf('Uptime_sec') }
}

const countedOf = ({ requests, errors }: ServerRow): Counted => ({ requests, errors })
const sum = (a: Counted, b: Counted): Counted => ({ requests: a.requests + b.requests, errors: a.errors + b.errors })

/** Never less than nothing: a counter that went back was set to zero by someone. */
const difference = (from: Counted, to: Counted): Counted => ({
  requests: to.requests < from.requests ? to.requests : to.requests - from.requests,
  errors: to.errors < from.errors ? to.errors : to.errors - from.errors,
})
