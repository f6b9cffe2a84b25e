import { readFile, rename, statfs, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  buildCacheBudgetBytes,
  type CacheRecord,
  type VerbOutput,
  type removeCacheRecords as verb,
} from '@berth/contract'
import type { BuildCacheRecord, MachineEngine } from '@berth/engine'
import { z } from 'zod'
import type { Log } from '../log.ts'
import { ownCache, planCacheRemoval } from './own-cache.ts'

/** Keeps what Berth's builds leave in BuildKit's cache within a budget. */
export interface CacheKeeper {
  /** Before a build; what is new after it was left by it. */
  begin(): Promise<{ end(): Promise<void> }>
  /** What is ours of it, in the order in which it can go. */
  look(signal: AbortSignal): Promise<CacheRecord[]>
  /** Of these, what is ours and not in use at this moment. */
  remove(recordIds: readonly string[], signal: AbortSignal): Promise<VerbOutput<typeof verb>>
}

type Deps = {
  engine: Pick<MachineEngine, 'listBuildCache' | 'removeBuildCache'>
  /** The ids of what is ours: BuildKit keeps no labels. */
  ledgerPath: string
  log: Log
}

const Ledger = z.array(z.string())
const patienceMs = 60_000
/** A build that has ended lets go of its records a moment later. */
const lettingGoMs = 2_000

export function cacheKeeper({ engine, ledgerPath, log }: Deps): CacheKeeper {
  const list = () => engine.listBuildCache(AbortSignal.timeout(patienceMs))

  async function listAtRest(): Promise<BuildCacheRecord[]> {
    const patience = AbortSignal.timeout(lettingGoMs)
    let records = await list()
    while (isBusy(records) && !patience.aborted) {
      await delay(lettingGoMs / 8)
      records = await list()
    }
    return records
  }

  async function keep(before: readonly BuildCacheRecord[]) {
    const records = await listAtRest()
    const known = new Set(await readLedger(ledgerPath))
    // While somebody else builds, nothing tells what is theirs: what is new is then nobody's, and stays.
    const isTold = !isBusy(before) && !isBusy(records)
    const former = new Set(before.map(({ id }) => id))
    const owned = new Set(records.map(({ id }) => id).filter((id) => known.has(id) || (isTold && !former.has(id))))
    // Written first: what is removed afterwards is only missing from the next list.
    await writeLedger(ledgerPath, owned)
    const { blocks, bsize } = await statfs(dirname(ledgerPath))
    const removed = planCacheRemoval(ownCache(records, owned), buildCacheBudgetBytes(blocks * bsize))
    await engine.removeBuildCache(removed, AbortSignal.timeout(patienceMs))
    if (removed.length > 0) log.info('build_cache_removed', { records: removed.length })
  }

  async function look(signal: AbortSignal): Promise<CacheRecord[]> {
    const owned = new Set(await readLedger(ledgerPath))
    // Where BuildKit never built for us, there may be none to ask.
    return owned.size === 0 ? [] : ownCache(await engine.listBuildCache(signal), owned)
  }

  async function remove(recordIds: readonly string[], signal: AbortSignal) {
    const found = new Map((await look(signal)).map((record) => [record.recordId, record]))
    const free = recordIds.filter((id) => found.get(id)?.isUsed === false)
    await engine.removeBuildCache(free, signal)
    const left = new Set((await look(signal)).map(({ recordId }) => recordId))
    const reasonOf = (id: string) => {
      const record = found.get(id)
      if (!record) return 'it is not known to be Berth’s'
      return record.isUsed || left.has(id) ? 'something uses it' : undefined
    }
    const judged = recordIds.map((recordId) => ({ recordId, reason: reasonOf(recordId) }))
    const removed = judged.filter(({ reason }) => reason === undefined).map(({ recordId }) => recordId)
    log.info('build_cache_removed', { records: removed.length })
    return { removed, kept: judged.flatMap(({ recordId, reason }) => (reason ? [{ recordId, reason }] : [])) }
  }

  // The cache is a convenience: a build neither waits for it in vain nor fails by it.
  const unless = (error: unknown) => log.warn('build_cache_not_kept', { error })
  return {
    async begin() {
      const before = await list().catch((error: unknown): BuildCacheRecord[] | undefined => void unless(error))
      return { end: async () => void (before && (await keep(before).catch(unless))) }
    },
    look: (signal) =>
      look(signal).catch((error: unknown) => {
        signal.throwIfAborted()
        log.warn('build_cache_not_looked_at', { error })
        return []
      }),
    remove,
  }
}

/** One build at a time is ours, so that what is in use before it or after it is another's. */
const isBusy = (records: readonly BuildCacheRecord[]) => records.some(({ isInUse }) => isInUse)

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
