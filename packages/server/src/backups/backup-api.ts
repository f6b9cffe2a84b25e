import { createBackup, listBackups } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { BackupKeeper } from './backup-keeper.ts'

type Deps = { backups: Pick<BackupKeeper, 'list' | 'create'>; activity: Pick<ActivityStore, 'add'> }

export const backupApi = ({ backups, activity }: Deps): EndpointHandler[] => [
  handle(listBackups, ({ signal }) => backups.list(signal)),

  handle(createBackup, async ({ caller, signal }) => {
    const outcome = await backups.create({ actor: caller.name }, signal)
    for (const { name } of outcome.backups) {
      await activity.add({ actor: caller.name, kind: 'backup_created', detail: name })
    }
    return outcome
  }),
]
