import type { LogLine } from '@berth/contract'

/** A line of the log, or a remark of this page about its connection. */
export type ShownLine = Omit<LogLine, 'stream'> & { stream: LogLine['stream'] | 'page' }

export type LogRing = ReturnType<typeof createLogRing>

type Limits = { mostLines: number; mostCharacters: number }

/**
 * The newest lines in a fixed amount of memory. Every line has a number that it keeps, so that a place in the log stays what
 * it is while older lines go. Lines go many at a time, because each time makes what is shown move.
 */
export function createLogRing({ mostLines, mostCharacters }: Limits) {
  const lines = new Array<ShownLine | undefined>(mostLines)
  let first = 0
  let end = 0
  let characters = 0

  function add(line: ShownLine) {
    if (end - first >= mostLines) drop(Math.ceil(mostLines / 20))
    lines[end % mostLines] = line
    end++
    characters += line.text.length
    // The newest line stays, however long it is.
    while (characters > mostCharacters && end - first > 1) drop(1)
  }

  function drop(count: number) {
    for (const stop = Math.min(first + count, end); first < stop; first++) {
      characters -= lines[first % mostLines]?.text.length ?? 0
      lines[first % mostLines] = undefined
    }
  }

  return {
    add,
    /** Undefined for one that is gone or still to come. */
    get: (number: number): ShownLine | undefined =>
      number >= first && number < end ? lines[number % mostLines] : undefined,
    /** The number of the oldest line that is still there, and so how many have gone. */
    firstNumber: () => first,
    /** The number that the next line will get. */
    endNumber: () => end,
    length: () => end - first,
    clear: () => drop(end - first),
  }
}
