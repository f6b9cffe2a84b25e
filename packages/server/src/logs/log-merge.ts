import type { LogLine } from '@berth/contract'

/** Two logs that are each in order, as one in order: its newest `limit` lines. */
export function mergeNewest(a: readonly LogLine[], b: readonly LogLine[], limit: number): LogLine[] {
  const newest: LogLine[] = []
  let [atA, atB] = [a.length - 1, b.length - 1]
  while (newest.length < limit) {
    const [lineA, lineB] = [a[atA], b[atB]]
    // Of two at the same time, the one of `b` counts as newer, so that equal times keep their order.
    const next = !lineB || (lineA && lineA.at > lineB.at) ? lineA : lineB
    if (!next) break
    newest.push(next)
    if (next === lineB) atB -= 1
    else atA -= 1
  }
  return newest.reverse()
}

/** The lines with the newest time: all that newSince needs of a log that was read. */
export const lastMoment = (lines: readonly LogLine[]): LogLine[] => lines.filter(({ at }) => at === lines.at(-1)?.at)

/**
 * A log that was read up to some line and is now read again from a little before it: tells which lines are new. Times
 * are rounded to milliseconds, so lines of that very moment are told apart by what they say. After the first new line
 * all are, also when the machine's clock is set back.
 */
export function newSince(read: readonly LogLine[]): (line: LogLine) => boolean {
  const lastAt = read.at(-1)?.at ?? ''
  const known = Map.groupBy(lastMoment(read), keyOf)
  let isPast = false
  return (line) => {
    isPast ||= line.at > lastAt || (line.at === lastAt && known.get(keyOf(line))?.pop() === undefined)
    return isPast
  }
}

const keyOf = ({ stream, text }: LogLine) => `${stream} ${text}`
