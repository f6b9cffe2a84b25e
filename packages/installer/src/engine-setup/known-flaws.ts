/** What is wrong with a range of engine versions, as far as a cluster of ours feels it. */
export type EngineFlaw = {
  /** The first version that has it, and the first that does not any more; undefined while none is known. */
  from: string
  fixedIn: string | undefined
  /** `always`: also one machine loses requests by it; `together`: only machines among each other; `never`: Berth copes. */
  refused: 'always' | 'together' | 'never'
  reason: string
}

const flaws: readonly EngineFlaw[] = [
  {
    from: '28.2.0',
    fixedIn: '28.3.0',
    refused: 'together',
    reason: 'instances on other machines are not found, or not reached, over its overlay networks (moby 50129, 50232)',
  },
  {
    from: '29.0.0',
    fixedIn: '29.2.0',
    refused: 'always',
    reason:
      'it cuts connections that are still in use when an instance is replaced, and 29.1.0 finds no instance by name',
  },
  {
    from: '29.2.0',
    fixedIn: '29.8.0',
    refused: 'never',
    reason:
      'after a short break of the network it may not find instances by name any more (moby 53141); Berth looks for that and repairs it',
  },
  {
    from: '29.3.0',
    fixedIn: undefined,
    refused: 'never',
    reason: 'after days it may send to addresses that have moved (moby 52661); Berth looks for that and repairs it',
  },
  {
    from: '29.8.0',
    fixedIn: '29.9.0',
    refused: 'never',
    reason: 'instances cannot reach the address of their own machine (moby 53713)',
  },
]

export const oldestEngine = '20.10.0'
/** What to change to; also the newest of the line before. */
export const advisedEngine = '28.5.2, or 29.9 and newer'

export function findFlaws(version: string): EngineFlaw[] {
  return flaws.filter(
    ({ from, fixedIn }) => !isOlder(version, from) && (fixedIn === undefined || isOlder(version, fixedIn)),
  )
}

/** Compares `26.1.5+dfsg1` and the like by their first three numbers. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbersOf(version), numbersOf(than)]
  const differing = left.findIndex((number, index) => number !== right[index])
  return differing >= 0 && (left[differing] ?? 0) < (right[differing] ?? 0)
}

/** Debian puts an epoch before a version and a revision behind it. */
function numbersOf(version: string): number[] {
  const [major = 0, minor = 0, patch = 0] = (/^(?:\d+:)?([\d.]+)/.exec(version)?.[1] ?? '').split('.').map(Number)
  return [major, minor, patch]
}
