import type { Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { SampleChunkTable } from '../database/schema.ts'
import type { SubjectKind } from './measures.ts'
import { instancesKeptPerApp, machineGoneMs, type Retention, retentions } from './retention.ts'
import { packTable, unpackTable } from './sample-codec.ts'
import type { SampleTable } from './sample-table.ts'
import { keyOf, type Subject } from './subject.ts'

/** The samples of one subject over one span. */
export type Chunk = { subject: Subject; table: SampleTable; lastAtMs: number }

/** Which chunks: of equal steps, overlapping what begins at `sinceMs`. */
type Period = { retention: Retention; sinceMs: number }

export interface SampleStore {
  /**
   * Writes these over what there is of the same spans. Throws a foreign key violation, and writes nothing, where one is
   * of an app that is not there any more.
   */
  put(chunks: readonly Chunk[]): Promise<void>
  /** Those of the subjects, oldest first. */
  list(subjects: readonly Pick<Subject, 'kind' | 'name'>[], period: Period): Promise<Chunk[]>
  /** Those of all instances of an app, oldest first. */
  listInstances(app: string, period: Period & { service?: string }): Promise<Chunk[]>
  /** Removes what is too old, what is too much, and machines that are not among those that there are. */
  prune(options: { nowMs: number; machines: readonly string[] | undefined }): Promise<void>
}

const rowsPerStatement = 100

export function sampleStore({ database: { db } }: Pick<StoreDeps, 'database'>): SampleStore {
  const put: SampleStore['put'] = async (chunks) => {
    for (let from = 0; from < chunks.length; from += rowsPerStatement) {
      const rows = chunks.slice(from, from + rowsPerStatement).map(toRow)
      await db
        .insertInto('sampleChunks')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['kind', 'name', 'stepMs', 'startMs']).doUpdateSet(({ ref }) => ({
            lastAtMs: ref('excluded.lastAtMs'),
            packed: ref('excluded.packed'),
          })),
        )
        .execute()
    }
  }

  const overlapping = ({ retention: { stepMs, spanMs }, sinceMs }: Period) =>
    db
      .selectFrom('sampleChunks')
      .selectAll()
      .where('stepMs', '=', stepMs)
      .where('startMs', '>', sinceMs - spanMs)
      .orderBy('startMs')

  const list: SampleStore['list'] = async (subjects, period) => {
    const chunks: Chunk[] = []
    for (const [kind, own = []] of Object.entries(Object.groupBy(subjects, (subject) => subject.kind))) {
      const names = own.map(({ name }) => name)
      for (let from = 0; from < names.length; from += rowsPerStatement) {
        const some = names.slice(from, from + rowsPerStatement)
        const rows = await overlapping(period).where('kind', '=', kind).where('name', 'in', some).execute()
        chunks.push(...rows.map((row) => toChunk(row, period.retention)))
      }
    }
    return chunks
  }

  const listInstances: SampleStore['listInstances'] = async (app, { service, ...period }) => {
    let query = overlapping(period).where('app', '=', app).where('kind', '=', 'instance')
    if (service !== undefined) query = query.where('service', '=', service)
    return (await query.execute()).map((row) => toChunk(row, period.retention))
  }

  const prune: SampleStore['prune'] = async ({ nowMs, machines }) => {
    for (const { stepMs, spanMs, keptMs } of retentions) {
      const old = db.deleteFrom('sampleChunks').where('stepMs', '=', stepMs)
      await old.where('startMs', '<=', nowMs - keptMs - spanMs).execute()
    }
    await remove('instance', surplus(await lastSeen('instance'), instancesKeptPerApp))
    if (machines) await remove('machine', goneMachines(await lastSeen('machine'), machines, nowMs))
  }

  const lastSeen = (kind: SubjectKind): Promise<LastSeen[]> =>
    db
      .selectFrom('sampleChunks')
      .select(['name', 'app', ({ fn }) => fn.max('lastAtMs').as('lastAtMs')])
      .where('kind', '=', kind)
      .groupBy(['name', 'app'])
      .execute()

  async function remove(kind: SubjectKind, names: readonly string[]) {
    for (let from = 0; from < names.length; from += rowsPerStatement) {
      const some = names.slice(from, from + rowsPerStatement)
      await db.deleteFrom('sampleChunks').where('kind', '=', kind).where('name', 'in', some).execute()
    }
  }

  return { put, list, listInstances, prune }
}

type LastSeen = { name: string; app: string | null; lastAtMs: number }

const surplus = (instances: readonly LastSeen[], kept: number): string[] =>
  [...Map.groupBy(instances, ({ app }) => app).values()].flatMap((own) =>
    own
      .toSorted((a, b) => b.lastAtMs - a.lastAtMs)
      .slice(kept)
      .map(({ name }) => name),
  )

const goneMachines = (seen: readonly LastSeen[], machines: readonly string[], nowMs: number): string[] =>
  seen
    .filter(({ name, lastAtMs }) => !machines.includes(name) && nowMs - lastAtMs >= machineGoneMs)
    .map(({ name }) => name)

const toRow = ({ subject, table, lastAtMs }: Chunk): Selectable<SampleChunkTable> => ({
  ...subject,
  stepMs: table.stepMs,
  startMs: table.startMs,
  lastAtMs,
  packed: packTable(table),
})

function toChunk(row: Selectable<SampleChunkTable>, { spanMs, stepMs }: Retention): Chunk {
  const { kind, name, app, service, machine, startMs, lastAtMs, packed } = row
  const table = unpackTable(packed, { startMs, stepMs, points: spanMs / stepMs })
  return { subject: { kind: kind as SubjectKind, name, app, service, machine }, table, lastAtMs }
}

export const chunkKey = ({ subject, table }: Pick<Chunk, 'subject' | 'table'>): string =>
  `${keyOf(subject)} ${table.stepMs} ${table.startMs}`
