import type { Backup } from '@berth/contract'

export const backupEveryMs = 24 * 3_600_000

export type DueInput = {
  /** Names of the managers that are connected. */
  managers: readonly string[]
  backups: readonly Pick<Backup, 'machine' | 'createdAt'>[]
  nowMs: number
}

/** The managers whose newest backup is a day old, or that have none. */
export const planDue = ({ managers, backups, nowMs }: DueInput): string[] =>
  managers.filter((manager) => nowMs - newestMs(backups, manager) >= backupEveryMs)

const newestMs = (backups: DueInput['backups'], machine: string) =>
  Math.max(0, ...backups.filter((backup) => backup.machine === machine).map(({ createdAt }) => Date.parse(createdAt)))

/** Who keeps a copy of a machine's backup: the next one by name, so that each keeps those of one other. */
export function chooseKeeper(machine: string, connected: readonly string[]): string | undefined {
  const others = connected.filter((name) => name !== machine).toSorted()
  return others.find((name) => name > machine) ?? others[0]
}

/** One entry for each backup, whichever machines have it; newest first. */
export function mergeBackups(
  found: readonly { keptOn: string; backups: readonly Omit<Backup, 'keptOn'>[] }[],
): Backup[] {
  const byName = new Map<string, Backup>()
  for (const { keptOn, backups } of found) {
    for (const backup of backups) {
      const known = byName.get(backup.name)
      byName.set(backup.name, { ...backup, keptOn: [...(known?.keptOn ?? []), keptOn].toSorted() })
    }
  }
  return [...byName.values()].toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
}
