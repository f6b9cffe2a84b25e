import { type Backup, backupNameOf, createBackup, listBackups } from '@berth/contract'
import { type Answer, answer } from './answer.ts'
import type { World } from './world.ts'

const dayMs = 24 * 3_600_000

/** A world is new each time, so that its last backup is always of a while ago. */
export const backupAnswers: Answer[] = [
  answer(listBackups, (_, { world }) => backupsOf(world, Date.now() - dayMs / 3)),
  answer(createBackup, (_, { world }) => ({ backups: backupsOf(world, Date.now()), failures: [] })),
]

function backupsOf({ machines }: World, atMs: number): Backup[] {
  const createdAt = new Date(atMs)
  const keptOn = machines.slice(0, 2).map(({ name }) => name)
  return machines
    .filter(({ role }) => role === 'manager')
    .slice(0, 1)
    .map(({ name: machine }) => ({
      name: backupNameOf({ machine, createdAt }),
      ...{ machine, createdAt: createdAt.toISOString(), sizeBytes: 1_400_000, keptOn },
    }))
}
