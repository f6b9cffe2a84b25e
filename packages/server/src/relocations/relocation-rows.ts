import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { RelocationTable, Schema } from '../database/schema.ts'
import type { DrainRow, RelocationRow } from './relocation-row.ts'

const activeStates = ['pending', 'running']

export type RelocationRows = ReturnType<typeof relocationRows>

/** Relocations and drains as rows of tables, read and written inside a transaction or outside of one. */
export function relocationRows(trx: Kysely<Schema>, dialect: Database['dialect']) {
  const select = () => trx.selectFrom('relocations').selectAll()
  const active = () => select().where('state', 'in', activeStates)

  async function find(id: string): Promise<RelocationRow | undefined> {
    if (id.includes('\0')) return undefined // PostgreSQL refuses to even compare it.
    const record = await select().where('id', '=', id).executeTakeFirst()
    return record && toRow(record)
  }

  /** SQLite needs no lock: it has one writer. */
  async function lock(id: string): Promise<RelocationRow | undefined> {
    const query = select().where('id', '=', id)
    const record = await query.$if(dialect === 'postgres', (locking) => locking.forUpdate()).executeTakeFirst()
    return record && toRow(record)
  }

  async function findActive(kind: string, machineId: string | null): Promise<RelocationRow | undefined> {
    const query = active()
      .where('kind', '=', kind)
      .where('machineId', machineId === null ? 'is' : '=', machineId)
    const record = await query.executeTakeFirst()
    return record && toRow(record)
  }

  const listActive = async () => (await active().orderBy('createdAtMs').orderBy('id').execute()).map(toRow)

  async function list({ limit }: { limit: number }): Promise<RelocationRow[]> {
    const newestFirst = select().orderBy('createdAtMs', 'desc').orderBy('id', 'desc')
    return (await newestFirst.limit(limit).execute()).map(toRow)
  }

  /** False if there is such a one already: the index `one_active_relocation_of_a_kind` decides it. */
  async function insert(row: RelocationRow): Promise<boolean> {
    const query = trx.insertInto('relocations').values(toRecord(row)).returning('id')
    return (await query.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()) !== undefined
  }

  async function save(row: RelocationRow): Promise<void> {
    const { id, ...columns } = toRecord(row)
    const query = trx.updateTable('relocations').set(columns).where('id', '=', id)
    await query.where('state', 'in', activeStates).execute()
  }

  /** Those that ended long ago, and that no machine refers to. */
  async function trim(endedBeforeMs: number): Promise<void> {
    const kept = trx.selectFrom('drains').select('relocationId').where('relocationId', 'is not', null)
    const old = trx.deleteFrom('relocations').where('finishedAtMs', '<', endedBeforeMs)
    await old.where('id', 'not in', kept).execute()
  }

  /** Until the end of the transaction nobody else changes any. */
  async function lockDrains(): Promise<void> {
    if (dialect === 'postgres') await sql`lock table drains in share row exclusive mode`.execute(trx)
  }

  async function listDrains(): Promise<DrainRow[]> {
    const records = await trx.selectFrom('drains').selectAll().orderBy('machine').orderBy('machineId').execute()
    return records.map((record) => ({ ...record, isDrained: record.isDrained === 1 }) as DrainRow)
  }

  async function findDrain(machineId: string): Promise<DrainRow | undefined> {
    return (await listDrains()).find((drain) => drain.machineId === machineId)
  }

  async function saveDrain({ isDrained, ...drain }: DrainRow): Promise<void> {
    const record = { ...drain, isDrained: isDrained ? 1 : 0 }
    const query = trx.insertInto('drains').values(record)
    await query.onConflict((conflict) => conflict.column('machineId').doUpdateSet(record)).execute()
  }

  const forgetDrain = (machineId: string) => trx.deleteFrom('drains').where('machineId', '=', machineId).execute()

  const reads = { find, lock, findActive, list, listActive, listDrains, findDrain }
  return { ...reads, insert, save, trim, lockDrains, saveDrain, forgetDrain }
}

const toRow = (record: Selectable<RelocationTable>): RelocationRow =>
  ({
    ...record,
    isForced: record.isForced === 1,
    steps: JSON.parse(record.steps),
    failure: record.failure === null ? null : JSON.parse(record.failure),
  }) as RelocationRow

const toRecord = (row: RelocationRow): Selectable<RelocationTable> => ({
  ...row,
  isForced: row.isForced ? 1 : 0,
  steps: JSON.stringify(row.steps),
  failure: row.failure === null ? null : JSON.stringify(row.failure),
})
