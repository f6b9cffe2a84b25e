import { type machineVerbs, PlatformError, type VerbHandlers } from '@berth/contract'
import { type WriteDeps, writeBackup } from './write-backup.ts'

type Verbs = Pick<typeof machineVerbs, 'writeBackup' | 'listBackupFiles' | 'readBackup' | 'keepBackup'>

export type BackupHandlers = VerbHandlers<Verbs>

/** Made once, so that also over two connections only one backup is written at a time. */
export function backupHandlers(deps: WriteDeps): BackupHandlers {
  const { backups } = deps
  let isWriting = false
  return {
    async writeBackup(request, { signal }) {
      if (isWriting) throw new PlatformError('conflict', 'A backup of this machine is being written already')
      isWriting = true
      try {
        return await writeBackup(request, deps, signal)
      } finally {
        isWriting = false
      }
    },

    listBackupFiles: () => backups.list(),

    readBackup: async ({ name, offset }) => ({ base64: (await backups.read(name, offset)).toString('base64') }),

    async keepBackup({ name, offset, base64, isLast }) {
      await backups.append(name, { offset, piece: Buffer.from(base64, 'base64') })
      if (isLast) await backups.adopt(name)
      return {}
    },
  }
}
