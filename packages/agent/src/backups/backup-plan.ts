import { type BackupFile, parseBackupName } from '@berth/contract'

/** Of each machine, so that a copy never costs the machine that keeps it one of its own. */
export const keptBackups = 14

/** Names of those that are to go: of each machine, all but its newest. */
export function planPruning(files: readonly Pick<BackupFile, 'name'>[]): string[] {
  const byMachine = Object.groupBy(files, ({ name }) => parseBackupName(name)?.machine ?? '')
  return Object.values(byMachine).flatMap((ofOne = []) =>
    ofOne
      .map(({ name }) => name)
      .toSorted()
      .slice(0, -keptBackups),
  )
}
