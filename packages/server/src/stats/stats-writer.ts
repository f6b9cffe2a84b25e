import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterState } from '@berth/engine'
import type { Logger } from 'pino'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import type { chunkShelf } from './chunk-shelf.ts'
import type { liveRings } from './live-rings.ts'
import { retentionOf } from './retention.ts'
import type { Chunk, SampleStore } from './sample-store.ts'

export type StatsWriterDeps = {
  rings: ReturnType<typeof liveRings>
  shelf: ReturnType<typeof chunkShelf>
  cluster: { current(): ClusterState | undefined }
  store: SampleStore
  listApps(): Promise<readonly { name: string; createdAtMs: number }[]>
  now(): number
  log: Logger
}

/** What a kill loses at most. */
const writeEveryMs = 60_000
/** Soon after the first step, since a write also fetches what the database has of the spans that this server began anew. */
const firstWriteMs = 20_000
const writesPerPrune = 10
const chunksPerWrite = 100

/** Brings what lies on the shelf into the database, and forgets what was removed. */
export function statsWriter({ rings, shelf, cluster, store, listApps, now, log }: StatsWriterDeps) {
  let createdAtMs: ReadonlyMap<string, number> = new Map()

  /** Everything that is not written yet, a part at a time, so that others may use the database in between. */
  async function write() {
    await forgetRemoved()
    const keys = shelf.dirty()
    for (let from = 0; from < keys.length; from += chunksPerWrite) {
      await writeSome(keys.slice(from, from + chunksPerWrite))
    }
    shelf.dropFinished(now())
  }

  async function writeSome(keys: readonly string[]) {
    await sync(shelf.unsynced(keys))
    const taken = shelf.take(keys)
    try {
      await store.put(taken)
      shelf.written(taken)
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error
      // An app was removed since it was last looked; what is left of these is written at the next time.
      await forgetRemoved()
    }
  }

  async function sync(asked: readonly Chunk[]) {
    for (const [stepMs, some = []] of Object.entries(Object.groupBy(asked, ({ table }) => table.stepMs))) {
      const sinceMs = Math.min(...some.map(({ table }) => table.startMs))
      const subjects = some.map(({ subject }) => subject)
      const stored = await store.list(subjects, { retention: retentionOf(Number(stepMs)), sinceMs })
      shelf.sync(some, stored)
    }
  }

  /** One that was made anew under its name has nothing of what was there before. */
  async function forgetRemoved() {
    const apps = new Map((await listApps()).map((app) => [app.name, app.createdAtMs]))
    const isGone = ({ app }: { app: string | null }) =>
      app !== null && (!apps.has(app) || (createdAtMs.has(app) && createdAtMs.get(app) !== apps.get(app)))
    shelf.forget(isGone)
    rings.forget(isGone)
    createdAtMs = apps
  }

  const prune = () => store.prune({ nowMs: now(), machines: cluster.current()?.machines.map(({ name }) => name) })

  const warn = (error: unknown) => log.warn({ err: error }, 'stats_not_written')

  /** Until the signal. `foldRest` completes what began, before the last write. */
  async function run(signal: AbortSignal, foldRest: () => void) {
    for (let writes = 0; !signal.aborted; writes++) {
      await delay(writes === 0 ? firstWriteMs : writeEveryMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) break
      await write().catch(warn)
      if (writes % writesPerPrune === 0) await prune().catch(warn)
    }
    foldRest()
    await write().catch(warn)
  }

  return { write, prune, run }
}
