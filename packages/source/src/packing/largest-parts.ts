export type Part = { path: string; weight: number }

/** A folder that is nearly all of its parent says more than the parent. */
const nearlyAll = 0.8

/** The folders and files that weigh most, none within another. */
export function listLargestParts<Entry extends { path: string }>(
  entries: readonly Entry[],
  weigh: (entry: Entry) => number,
  count = 5,
): Part[] {
  const weights = new Map<string, number>()
  const children = new Map<string, Set<string>>()
  for (const entry of entries) {
    const segments = entry.path.split('/')
    for (const [at] of segments.entries()) {
      const [parent, path] = [segments.slice(0, at).join('/'), segments.slice(0, at + 1).join('/')]
      weights.set(path, (weights.get(path) ?? 0) + weigh(entry))
      children.set(parent, (children.get(parent) ?? new Set()).add(path))
    }
  }
  const describe = (path: string): Part => ({ path, weight: weights.get(path) ?? 0 })
  const narrow = (part: Part): Part => {
    const inner = [...(children.get(part.path) ?? [])]
      .map(describe)
      .find(({ weight }) => weight > part.weight * nearlyAll)
    return inner ? narrow(inner) : part
  }
  const parts = [...(children.get('') ?? [])].map(describe).filter(({ weight }) => weight > 0)
  return parts
    .toSorted((one, other) => other.weight - one.weight)
    .slice(0, count)
    .map(narrow)
}
