import { readFile, rename, statfs, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BuildCacheRecord, MachineEngine } from '@berth/engine'
import { z } from 'zod'
import type { Log } from '../log.ts'
import { cacheBudgetBytes, planCacheRemoval } from './cache-plan.ts'

/** Keeps what Berth's builds leave in BuildKit's cache within a budget. */
export interface CacheKeeper {
  /** Before a build; what is new after it was left by it. */
  begin(): Promise<{ end(): Promise<void> }>
}

type Deps = {
  engine: Pick<MachineEngine, 'listBuildCache' | 'removeBuildCache'>
  /** The ids of what is ours: BuildKit keeps no labels. */
  ledgerPath: string
  log: Log
}

const Ledger = z.array(z.string())
const patienceMs = 60_000

export function cacheKeeper({ engine, ledgerPath, log }: Deps): CacheKeeper {
  const list = () => engine.listBuildCache(AbortSignal.timeout(patienceMs))

  async function keep(before: ReadonlySet<string>) {
    const records = await list()
    const known = new Set(await readLedger(ledgerPath))
    const owned = new Set(records.map(({ id }) => id).filter((id) => known.has(id) || !before.has(id)))
    // Written first: what is removed afterwards is only missing from the next list.
    await writeLedger(ledgerPath, owned)
    const { blocks, bsize } = await statfs(dirname(ledgerPath))
    const removed = planCacheRemoval({ records, owned, budgetBytes: cacheBudgetBytes(blocks * bsize) })
    await engine.removeBuildCache(removed, AbortSignal.timeout(patienceMs))
    if (removed.length > 0) log.info('build_cache_removed', { records: removed.length })
  }

  // The cache is a convenience: a build neither waits for it in vain nor fails by it.
  const unless = (error: unknown) => log.warn('build_cache_not_kept', { error })
  return {
    async begin() {
      const before = await list().catch((error: unknown): BuildCacheRecord[] | undefined => void unless(error))
      const ids = new Set(before?.map(({ id }) => id))
      return { end: async () => void (before && (await keep(ids).catch(unless))) }
    },
  }
}

async function readLedger(path: string): Promise<string[]> {
  const found = await readFile(path, 'utf8').catch(() => '[]')
  try {
    return Ledger.parse(JSON.parse(found))
  } catch {
    return [] // Cut off by a power failure: what it named is nobody's from now on.
  }
}

async function writeLedger(path: string, ids: ReadonlySet<string>) {
  const draft = `${path}.part`
  await writeFile(draft, JSON.stringify([...ids]))
  await rename(draft, path)
}
