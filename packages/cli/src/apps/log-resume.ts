import type { LogLine } from '@berth/contract'

/** Tells, after a new connection, the lines that were shown before from those that were not. */
export interface LogResume {
  connect(): void
  /** Counts the line as shown. */
  isNew(line: LogLine): boolean
}

/** The newest moment of an instance, and how often each line was written then. */
type Moment = { at: string; counts: Map<string, number> }

export function logResume(): LogResume {
  const shown = new Map<string, Moment>()
  let before = new Map<string, Moment>()
  let repeated = new Map<string, Map<string, number>>()

  function connect() {
    before = new Map([...shown].map(([id, { at, counts }]) => [id, { at, counts: new Map(counts) }]))
    repeated = new Map()
  }

  /** Equal lines of one moment are told apart by counting them. */
  function isNew(line: LogLine): boolean {
    const at = sortable(line.at)
    const last = before.get(line.instanceId)
    if (last && at < last.at) return false
    if (last && at === last.at) {
      const counts = getOrAdd(repeated, line.instanceId)
      if (increase(counts, keyOf(line)) <= (last.counts.get(keyOf(line)) ?? 0)) return false
    }
    remember(line, at)
    return true
  }

  function remember(line: LogLine, at: string) {
    const newest = shown.get(line.instanceId)
    if (newest && at < newest.at) return
    if (newest && at === newest.at) increase(newest.counts, keyOf(line))
    else shown.set(line.instanceId, { at, counts: new Map([[keyOf(line), 1]]) })
  }

  return { connect, isNew }
}

const keyOf = ({ stream, text }: LogLine) => `${stream} ${text}`

/** Times may come with any number of decimals. */
function sortable(at: string): string {
  const [seconds = '', fraction = ''] = at.replace(/Z$/, '').split('.')
  return `${seconds}.${fraction.padEnd(9, '0')}`
}

function getOrAdd(counts: Map<string, Map<string, number>>, id: string): Map<string, number> {
  const found = counts.get(id) ?? new Map<string, number>()
  counts.set(id, found)
  return found
}

function increase(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1
  counts.set(key, count)
  return count
}
