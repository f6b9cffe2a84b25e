import type { CacheRecord } from '@berth/contract'
import type { BuildCacheRecord } from '@berth/engine'

/**
 * Of BuildKit's records those that Berth's builds left, in the order in which they can go: what was not used for the
 * longest time, and nothing before what is built on it. What anybody else's builds left is no concern of ours, but for
 * what it keeps.
 */
export function ownCache(records: readonly BuildCacheRecord[], owned: ReadonlySet<string>): CacheRecord[] {
  const children = childrenOf(records)
  const byId = new Map(records.map((record) => [record.id, record]))
  const states = new Map<string, State>()
  function stateOf(record: BuildCacheRecord): State {
    const found = states.get(record.id)
    if (found) return found
    const above = (children.get(record.id) ?? []).map(stateOf)
    const state = {
      // A part of an image stays as long as that does.
      stays: !owned.has(record.id) || record.isInUse || record.isShared || above.some(({ stays }) => stays),
      usedAtMs: Math.max(record.lastUsedAtMs, ...above.map(({ usedAtMs }) => usedAtMs)),
      height: Math.max(0, ...above.map(({ height }) => height + 1)),
    }
    states.set(record.id, state)
    return state
  }
  return [...byId.values()]
    .filter(({ id, isShared }) => owned.has(id) && !isShared)
    .map((record) => ({ record, state: stateOf(record) }))
    .toSorted((a, b) => a.state.usedAtMs - b.state.usedAtMs || a.state.height - b.state.height)
    .map(({ record: { id, sizeBytes }, state: { stays, usedAtMs } }) => ({
      ...{ recordId: id, sizeBytes, isUsed: stays, usedAtMs },
    }))
}

/** `height`: over what is built on nothing of it. */
type State = { stays: boolean; usedAtMs: number; height: number }

function childrenOf(records: readonly BuildCacheRecord[]): Map<string, BuildCacheRecord[]> {
  const children = new Map<string, BuildCacheRecord[]>()
  for (const record of records)
    for (const parentId of record.parentIds) children.set(parentId, [...(children.get(parentId) ?? []), record])
  return children
}

/** What goes at the end of a build, so that the rest is within the budget. */
export function planCacheRemoval(own: readonly CacheRecord[], budgetBytes: number): string[] {
  let beyondBytes = own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - budgetBytes
  const removed: string[] = []
  for (const { recordId, sizeBytes, isUsed } of own) {
    if (beyondBytes <= 0) break
    if (isUsed) continue
    removed.push(recordId)
    beyondBytes -= sizeBytes
  }
  return removed
}
