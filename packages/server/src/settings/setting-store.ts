import type { ClusterSettings } from '@berth/contract'
import type { StoreDeps } from '../database/database.ts'

/** What was chosen for the whole cluster, and the few things that a server must remember beside it. */
export interface SettingStore {
  read(): Promise<ClusterSettings>
  change(change: { rebalancesByItself?: boolean | undefined }): Promise<ClusterSettings>
  /** Undefined where nothing is remembered. */
  recall(name: SettingName): Promise<string | undefined>
  remember(name: SettingName, value: string): Promise<void>
}

export type SettingName = 'rebalances_by_itself' | 'offered_rebalance' | 'cleaned_up_at' | 'registry_collection'

export function settingStore({ database: { db } }: Pick<StoreDeps, 'database'>): SettingStore {
  async function recall(name: SettingName) {
    const found = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst()
    return found?.value
  }

  async function remember(name: SettingName, value: string) {
    const query = db.insertInto('settings').values({ name, value })
    await query.onConflict((conflict) => conflict.column('name').doUpdateSet({ value })).execute()
  }

  const read = async () => ({ rebalancesByItself: (await recall('rebalances_by_itself')) === 'true' })

  async function change({ rebalancesByItself }: { rebalancesByItself?: boolean | undefined }) {
    if (rebalancesByItself !== undefined) await remember('rebalances_by_itself', String(rebalancesByItself))
    return read()
  }

  return { read, change, recall, remember }
}
