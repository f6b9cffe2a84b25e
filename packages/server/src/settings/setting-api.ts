import { changeClusterSettings, getClusterSettings } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { SettingStore } from './setting-store.ts'

type Deps = { settings: Pick<SettingStore, 'read' | 'change'>; activity: Pick<ActivityStore, 'add'> }

export const settingApi = ({ settings, activity }: Deps) => [
  handle(getClusterSettings, () => settings.read()),

  handle(changeClusterSettings, async ({ body, caller }) => {
    const changed = await settings.change(body)
    const detail = `rebalances by itself: ${changed.rebalancesByItself ? 'yes' : 'no'}`
    await activity.add({ actor: caller.name, kind: 'cluster_settings_changed', detail })
    return changed
  }),
]
