import { columnsOf } from './measures.ts'
import { type Retention, retentionOf, spanStartOf } from './retention.ts'
import { type Chunk, chunkKey } from './sample-store.ts'
import { emptyTable, merge, type SampleTable } from './sample-table.ts'
import { keyOf, type Subject } from './subject.ts'

type ShelvedChunk = Chunk & {
  isDirty: boolean
  /** Whether what the database has of the same span is in it. */
  isSynced: boolean
}

export type ChunkShelf = ReturnType<typeof chunkShelf>

/** The chunks whose span is not over or that are not written yet. */
export function chunkShelf() {
  const chunks = new Map<string, ShelvedChunk>()

  function open(subject: Subject, retention: Retention, atMs: number): ShelvedChunk {
    const { stepMs, spanMs } = retention
    const steps = { startMs: spanStartOf(retention, atMs), stepMs, points: spanMs / stepMs }
    const key = chunkKey({ subject, table: { ...steps, columns: {} } })
    const known = chunks.get(key)
    if (known) return known
    const table = emptyTable(steps, columnsOf(subject.kind))
    const made = { subject, table, lastAtMs: atMs, isDirty: false, isSynced: false }
    chunks.set(key, made)
    return made
  }

  const found = (keys: readonly string[]) => keys.flatMap((key) => chunks.get(key) ?? [])

  return {
    /** Takes a table of one step, unless it has no value. */
    put(subject: Subject, sample: SampleTable) {
      const values = Object.entries(sample.columns)
      if (values.every(([, [value]]) => value === undefined || Number.isNaN(value))) return
      const chunk = open(subject, retentionOf(sample.stepMs), sample.startMs)
      const at = (sample.startMs - chunk.table.startMs) / sample.stepMs
      for (const [name, [value = Number.NaN]] of values) {
        const column = chunk.table.columns[name as keyof SampleTable['columns']]
        if (column) column[at] = value
      }
      chunk.lastAtMs = Math.max(chunk.lastAtMs, sample.startMs)
      chunk.isDirty = true
    },

    find: (subject: Pick<Subject, 'kind' | 'name'>, retention: Retention, atMs: number): SampleTable | undefined => {
      const startMs = spanStartOf(retention, atMs)
      return chunks.get(`${keyOf(subject)} ${retention.stepMs} ${startMs}`)?.table
    },

    /** Keys of those that hold something that is not written. */
    dirty: (): string[] => [...chunks].filter(([, { isDirty }]) => isDirty).map(([key]) => key),

    /** As they are now: `written` tells by this whether more came meanwhile. */
    take: (keys: readonly string[]): Chunk[] =>
      found(keys).map(({ subject, table, lastAtMs }) => ({ subject, table, lastAtMs })),

    written(taken: readonly Chunk[]) {
      for (const written of taken) {
        const chunk = chunks.get(chunkKey(written))
        if (chunk) chunk.isDirty = chunk.lastAtMs !== written.lastAtMs
      }
    },

    /** Those that may have a beginning in the database, made before a restart. */
    unsynced: (keys: readonly string[]): Chunk[] => found(keys).filter(({ isSynced }) => !isSynced),

    /** Gives them their beginnings. */
    sync(asked: readonly Chunk[], stored: readonly Chunk[]) {
      const before = new Map(stored.map((chunk) => [chunkKey(chunk), chunk.table]))
      for (const chunk of found(asked.map(chunkKey))) {
        const older = before.get(chunkKey(chunk))
        if (older) chunk.table = merge(older, chunk.table)
        chunk.isSynced = true
      }
    },

    /** Those that are written and that nothing more will come to. */
    dropFinished(nowMs: number) {
      for (const [key, { table, isDirty }] of chunks) {
        // A step more, since the last one is only told when it is over.
        const endMs = table.startMs + (table.points + 1) * table.stepMs
        if (!isDirty && endMs <= nowMs) chunks.delete(key)
      }
    },

    forget(isGone: (subject: Subject) => boolean) {
      for (const [key, { subject }] of chunks) if (isGone(subject)) chunks.delete(key)
    },

    all: (): Chunk[] => [...chunks.values()],
  }
}
