import type { LogRing, ShownLine } from './log-ring.ts'
import { plainText } from './log-text.ts'

export type LogFilter = {
  /** Undefined: of all instances. */
  instanceId: string | undefined
  /** Undefined: of all streams. */
  stream: 'stdout' | 'stderr' | undefined
}

export type LogView = ReturnType<typeof createLogView>

/** What is to be shown of a ring: the numbers of the lines that pass the filter, and of those with what is searched for. */
export function createLogView(ring: Pick<LogRing, 'get' | 'firstNumber' | 'endNumber'>) {
  const rows = createNumberQueue()
  const matches = createNumberQueue()
  let filter: LogFilter = { instanceId: undefined, stream: undefined }
  let query = ''
  let next = ring.firstNumber()
  /** How far the search is behind: numbers from here on were not looked at yet. */
  let nextSearched = next

  function passes({ instanceId, stream }: ShownLine): boolean {
    if (stream === 'page') return true
    if (filter.instanceId !== undefined && instanceId !== filter.instanceId) return false
    return filter.stream === undefined || stream === filter.stream || stream === 'berth'
  }

  return {
    rows,
    matches,

    setFilter(wanted: LogFilter) {
      filter = wanted
      rows.clear()
      matches.clear()
      next = ring.firstNumber()
      nextSearched = next
    },

    setQuery(text: string) {
      query = text
      matches.clear()
      nextSearched = ring.firstNumber()
    },

    /** Takes in what the ring has won and lost; true when there is more to do, which is left so that nothing is blocked. */
    advance(mostCharacters = 2_000_000): boolean {
      const first = ring.firstNumber()
      rows.dropBefore(first)
      matches.dropBefore(first)
      next = Math.max(next, first)
      for (const end = ring.endNumber(); next < end; next++) {
        const line = ring.get(next)
        if (line && passes(line)) rows.add(next)
      }
      if (query === '') return false
      nextSearched = Math.max(nextSearched, first)
      let left = mostCharacters
      for (; nextSearched < next && left > 0; nextSearched++) {
        const line = ring.get(nextSearched)
        if (!line) continue
        left -= line.text.length + 20
        if (passes(line) && findMatches(plainText(line.text), query, 1).length > 0) matches.add(nextSearched)
      }
      return nextSearched < next
    },
  }
}

/** Where the text has what is searched for; upper and lower case are the same. */
export function findMatches(text: string, query: string, most = 1_000): [from: number, to: number][] {
  if (query === '') return []
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu')
  const found: [number, number][] = []
  for (const match of text.matchAll(pattern)) {
    found.push([match.index, match.index + match[0].length])
    if (found.length >= most) break
  }
  return found
}

export type NumberQueue = ReturnType<typeof createNumberQueue>

/** Ascending numbers that are added at the end and dropped at the beginning. */
function createNumberQueue() {
  let numbers: number[] = []
  let head = 0

  /** The place of the first number that is at least the given one. */
  function placeOf(number: number): number {
    let [low, high] = [head, numbers.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low - head
  }

  return {
    length: () => numbers.length - head,
    at: (index: number): number | undefined => numbers[head + index],
    placeOf,
    add: (number: number) => void numbers.push(number),
    dropBefore(number: number) {
      head += placeOf(number)
      if (head < 4_096 || head < numbers.length / 2) return
      numbers = numbers.slice(head)
      head = 0
    },
    clear() {
      numbers = []
      head = 0
    },
  }
}
