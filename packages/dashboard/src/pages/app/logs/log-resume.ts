import type { LogLine } from '@berth/contract'

export type LogResume = ReturnType<typeof createLogResume>

/** The newest moment of one stream of an instance, and how often each text was written then. */
type Moment = { at: string; counts: Map<string, number> }

/** Tells, after a new connection, the lines that were shown before from those that were not. */
export function createLogResume() {
  const shown = new Map<string, Moment>()
  let before = new Map<string, Moment>()
  let repeated = new Map<string, number>()

  /** Equal lines of one moment are told apart by counting them. */
  function isNew(line: LogLine): boolean {
    const source = `${line.instanceId} ${line.stream}`
    const at = sortable(line.at)
    const last = before.get(source)
    if (last && at < last.at) return false
    if (last && at === last.at) {
      const key = `${source} ${line.text}`
      const times = (repeated.get(key) ?? 0) + 1
      repeated.set(key, times)
      if (times <= (last.counts.get(line.text) ?? 0)) return false
    }
    remember(source, at, line.text)
    return true
  }

  function remember(source: string, at: string, text: string) {
    const newest = shown.get(source)
    if (newest && at < newest.at) return
    if (newest && at === newest.at) newest.counts.set(text, (newest.counts.get(text) ?? 0) + 1)
    else shown.set(source, { at, counts: new Map([[text, 1]]) })
  }

  return {
    /** Call before the first line of each connection. */
    connect() {
      before = new Map([...shown].map(([source, { at, counts }]) => [source, { at, counts: new Map(counts) }]))
      repeated = new Map()
    },
    /** Counts the line as shown. */
    isNew,
  }
}

/** Times may come with any number of decimals. */
function sortable(at: string): string {
  const [seconds = '', fraction = ''] = at.replace(/Z$/, '').split('.')
  return `${seconds}.${fraction.padEnd(9, '0')}`
}
