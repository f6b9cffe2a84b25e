import type { BuildCacheRecord } from '@berth/engine'

/** Of all builds of this machine; less on a small disk. */
const mostCacheBytes = 5 * 1024 ** 3
const mostCacheRatio = 0.1

export const cacheBudgetBytes = (diskBytes: number) => Math.min(mostCacheBytes, Math.floor(diskBytes * mostCacheRatio))

export type CacheLook = {
  records: readonly BuildCacheRecord[]
  /** Ids of what Berth's builds left. What anybody else's did is no concern of ours. */
  owned: ReadonlySet<string>
  budgetBytes: number
}

/** What goes, so that the rest is within the budget: what was not used for the longest time. */
export function planCacheRemoval({ records, owned, budgetBytes }: CacheLook): string[] {
  const ours = records.filter(({ id, isShared }) => owned.has(id) && !isShared)
  let beyondBytes = ours.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - budgetBytes
  const removed: string[] = []
  for (const { id, sizeBytes, isInUse } of ours.toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs)) {
    if (beyondBytes <= 0) break
    if (isInUse) continue
    removed.push(id)
    beyondBytes -= sizeBytes
  }
  return removed
}
