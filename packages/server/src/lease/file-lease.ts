import { DatabaseSync } from 'node:sqlite'
import { isBusy } from '../database/sqlite/sqlite-file.ts'

/** Collected as garbage, a file would be closed and its lock with it. */
const held = new Set<DatabaseSync>()

export type FileLease = { release(): void }

/**
 * Takes the lock of a file, by SQLite's own means; undefined while another process has it. The kernel gives it back when
 * this one ends, in whatever way: a busy server never loses it, and nobody waits for one that was killed.
 */
export function takeFileLease(path: string): FileLease | undefined {
  const file = new DatabaseSync(path)
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if (isBusy(error)) return undefined
    throw error
  }
  held.add(file)
  return {
    release() {
      if (held.delete(file)) file.close()
    },
  }
}
