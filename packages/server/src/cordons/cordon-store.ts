import type { StoreDeps } from '../database/database.ts'

/** Since when and why a machine is cordoned. That it is, the cluster knows: a row without a cordon means nothing. */
export type CordonRow = {
  machineId: string
  cause: 'person' | 'pressure'
  actor: string
  reason: string | null
  sinceMs: number
}

export interface CordonStore {
  /** In place of what was known of that machine. */
  put(cordon: Omit<CordonRow, 'sinceMs'>): Promise<CordonRow>
  remove(machineId: string): Promise<void>
  list(): Promise<CordonRow[]>
}

export function cordonStore({ database: { db }, now }: Pick<StoreDeps, 'database' | 'now'>): CordonStore {
  const put: CordonStore['put'] = async (cordon) => {
    const row = { ...cordon, sinceMs: now() }
    const { machineId, ...rest } = row
    await db
      .insertInto('cordons')
      .values(row)
      .onConflict((conflict) => conflict.column('machineId').doUpdateSet(rest))
      .execute()
    return { machineId, ...rest }
  }

  const remove: CordonStore['remove'] = async (machineId) => {
    await db.deleteFrom('cordons').where('machineId', '=', machineId).execute()
  }

  const list: CordonStore['list'] = async () =>
    (await db.selectFrom('cordons').selectAll().orderBy('machineId').execute()) as CordonRow[]

  return { put, remove, list }
}
