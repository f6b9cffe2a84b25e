import { type CleanupStep, type DiskUse, type DiskUseKind, formatBytes, type MachineDisk } from '@berth/contract'

export const kindWords: Record<DiskUseKind, string> = {
  images: 'Images',
  build_cache: 'Build cache',
  registry: 'Registry',
  logs: 'Logs',
}

export const stepWords: Record<CleanupStep['kind'], string> = {
  remove_images: 'Images that nothing needs',
  remove_build_cache: 'Build cache',
  remove_from_registry: 'From the registry',
  collect_registry: 'What the registry no longer names',
}

export type Part = { kind: DiskUseKind | 'others' | 'free'; words: string; sizeBytes: number; ratio: number }

/** A disk by what is on it, in one order for all machines; undefined where it is not known. */
export function partsOf({ totalBytes, usedBytes, uses }: MachineDisk): Part[] | undefined {
  if (totalBytes === null || usedBytes === null || totalBytes === 0) return undefined
  const sums = (Object.keys(kindWords) as DiskUseKind[]).map((kind) => ({
    kind,
    words: kindWords[kind],
    sizeBytes: sumOf(uses.filter((use) => use.kind === kind)),
  }))
  const known = sumOf(sums)
  const all = [
    ...sums,
    { kind: 'others' as const, words: 'Not Berth’s', sizeBytes: Math.max(0, usedBytes - known) },
    { kind: 'free' as const, words: 'Free', sizeBytes: Math.max(0, totalBytes - Math.max(usedBytes, known)) },
  ]
  return all.map((part) => ({ ...part, ratio: part.sizeBytes / totalBytes }))
}

export type AppUse = { app: string | null; sizeBytes: number; kinds: { kind: DiskUseKind; sizeBytes: number }[] }

/** What each app has there, the largest first. */
export function usesByApp(uses: readonly DiskUse[]): AppUse[] {
  const apps = new Map<string | null, DiskUse[]>()
  for (const use of uses) apps.set(use.app, [...(apps.get(use.app) ?? []), use])
  return [...apps]
    .map(([app, own]) => ({
      app,
      sizeBytes: sumOf(own),
      kinds: own.map(({ kind, sizeBytes }) => ({ kind, sizeBytes })),
    }))
    .toSorted((one, other) => other.sizeBytes - one.sizeBytes)
}

/** Steps by the machine that they are for, in the order in which they come. */
export function stepsByMachine(steps: readonly CleanupStep[]): { machine: string; steps: CleanupStep[] }[] {
  const machines = new Map<string, CleanupStep[]>()
  for (const step of steps) machines.set(step.machine, [...(machines.get(step.machine) ?? []), step])
  return [...machines].map(([machine, own]) => ({ machine, steps: own }))
}

export const sumOf = (sized: readonly { sizeBytes: number }[]): number =>
  sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

/** "1.2 GiB of the 5 GiB that builds may keep"; undefined where nothing is known of it. */
export function describeBuildCache(cache: MachineDisk['buildCache']): string | undefined {
  if (cache === null) return undefined
  const budget = `the ${formatBytes(cache.budgetBytes)} that builds may keep`
  if (cache.sizeBytes === 0) return `No build cache, of ${budget}`
  const removable = cache.removableBytes > 0 ? `; ${formatBytes(cache.removableBytes)} of it could go` : ''
  return `Build cache: ${formatBytes(cache.sizeBytes)} of ${budget}${removable}`
}

/** "full in 4.5 days, if it goes on like that"; undefined where nothing says so. */
export function describeDaysLeft(daysLeft: number | null): string | undefined {
  if (daysLeft === null) return undefined
  if (daysLeft < 1) return 'full within a day, if it goes on filling up as it did'
  return `full in ${Math.round(daysLeft * 10) / 10} days, if it goes on filling up as it did`
}
