import { DatabaseSync } from 'node:sqlite'

const busyTimeoutMs = 5_000

/** FULL, so that what was acknowledged also survives a power cut: NORMAL loses the last commits. */
export function openSqliteFile(databasePath: string): DatabaseSync {
  const file = new DatabaseSync(databasePath, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
  switchToWal(file)
  file.exec('PRAGMA synchronous = FULL')
  return file
}

/** The switch needs the file for itself and does not wait for it, so another process that starts too can be in the way. */
function switchToWal(file: DatabaseSync) {
  const giveUpAtMs = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      file.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAtMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

export const isBusy = (error: unknown) =>
  error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5
