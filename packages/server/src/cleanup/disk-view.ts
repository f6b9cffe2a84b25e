import {
  buildCacheBudgetBytes,
  type CleanupStep,
  type DiskLook,
  type DiskUse,
  diskRatios,
  type MachineDisk,
} from '@berth/contract'
import type { RegistryImage } from './registry-plan.ts'

/** What the engine keeps of the log of one instance, three files of ten megabytes. */
const mostLogBytes = 30 * 1024 ** 2

type Seen = {
  machine: string
  /** Null while its agent does not answer. */
  look: DiskLook | null
  /** Apps of the instances on it, one entry for each instance. */
  instances: readonly string[]
  /** On the machine that holds it. */
  registry: readonly RegistryImage[] | null
  steps: readonly CleanupStep[]
  daysLeft: number | null
}

export function machineDisk({ machine, look, instances, registry, steps, daysLeft }: Seen): MachineDisk {
  if (!look) {
    const nothing = { totalBytes: null, usedBytes: null, daysLeft: null, uses: [], buildCache: null, removableBytes: 0 }
    return { machine, state: 'unknown', ...nothing }
  }
  const { totalBytes, usedBytes } = look
  const uses = [...imageUses(look), ...registryUses(look, registry), ...logUses(instances)]
  const own = steps.filter((step) => step.machine === machine)
  const buildCache = {
    sizeBytes: sumOf(uses.filter(({ kind }) => kind === 'build_cache')),
    budgetBytes: buildCacheBudgetBytes(totalBytes),
    removableBytes: sumOf(own.filter(({ kind }) => kind === 'remove_build_cache')),
  }
  return {
    ...{ machine, state: diskState(look), totalBytes, usedBytes, daysLeft, buildCache, removableBytes: sumOf(own) },
    uses: uses.filter(({ sizeBytes }) => sizeBytes > 0).toSorted((a, b) => b.sizeBytes - a.sizeBytes),
  }
}

const sumOf = (sized: readonly { sizeBytes: number }[]) => sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

export function diskState({ usedBytes, totalBytes }: Pick<DiskLook, 'usedBytes' | 'totalBytes'>) {
  const ratio = totalBytes > 0 ? usedBytes / totalBytes : 0
  if (ratio >= diskRatios.failed) return 'failed'
  return ratio >= diskRatios.warning ? 'warning' : 'ok'
}

/** Each layer once, and for what an app runs by rather than for build cache. */
function imageUses({ images, layers, cacheRecords }: DiskLook): DiskUse[] {
  const counted = new Set<number>()
  const uses = new Map<string, DiskUse>()
  // One step may be of several apps; BuildKit does not say of which.
  if (cacheRecords.length > 0)
    uses.set('build_cache null', { kind: 'build_cache', app: null, sizeBytes: sumOf(cacheRecords) })
  for (const { kind, app, layers: places } of images.toSorted(
    (a, b) => Number(a.kind === 'cache') - Number(b.kind === 'cache'),
  )) {
    const use = { kind: kind === 'cache' ? ('build_cache' as const) : ('images' as const), app, sizeBytes: 0 }
    const key = `${use.kind} ${app}`
    const sum = uses.get(key) ?? use
    uses.set(key, sum)
    for (const place of places) {
      if (!counted.has(place) && !layers[place]?.isHeld) sum.sizeBytes += layers[place]?.sizeBytes ?? 0
      counted.add(place)
    }
  }
  return [...uses.values()]
}

function registryUses({ registryBytes }: DiskLook, content: readonly RegistryImage[] | null): DiskUse[] {
  if (registryBytes === null) return []
  const counted = new Set<string>()
  const uses = [...Map.groupBy(content ?? [], ({ app }) => app)].map(([app, images]): DiskUse => {
    let sizeBytes = 0
    for (const blob of images.flatMap(({ blobs }) => blobs)) {
      if (!counted.has(blob.digest)) sizeBytes += blob.sizeBytes
      counted.add(blob.digest)
    }
    return { kind: 'registry', app, sizeBytes }
  })
  const known = uses.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return [...uses, { kind: 'registry', app: null, sizeBytes: Math.max(0, registryBytes - known) }]
}

const logUses = (instances: readonly string[]): DiskUse[] =>
  [...Map.groupBy(instances, (app) => app)].map(([app, own]) => ({
    ...{ kind: 'logs', app, sizeBytes: own.length * mostLogBytes },
  }))
