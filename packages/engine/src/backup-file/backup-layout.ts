/** Folders in a backup, each with its files as they lie in the place that it is restored to. */
export const backupFolders = { swarm: 'swarm', state: 'state', database: 'database' } as const
export const databaseFile = 'berth.db'

export type BackupEntry = { name: string; sizeBytes: number }

// Without the first the engine is in no swarm, without the others it cannot read its own state.
const needed = [
  /^swarm\/docker-state\.json$/,
  /^swarm\/certificates\/swarm-node\.key$/,
  /^swarm\/certificates\/swarm-node\.crt$/,
  /^swarm\/certificates\/swarm-root-ca\.crt$/,
  /^swarm\/raft\/wal[^/]*\/[0-9a-f-]+\.wal$/,
]

/** Whether an engine can come back with these files. */
export const hasSwarmState = (entries: readonly BackupEntry[]): boolean =>
  needed.every((pattern) => entries.some(({ name }) => pattern.test(name)))

/**
 * What of the engine's folder belongs into a backup. Not `worker`, a database that cannot be copied while it is written and
 * that the engine makes anew, nor segments of the log that were only prepared.
 */
export const belongsInBackup = (path: string): boolean =>
  (path.startsWith('raft/') || path.startsWith('certificates/') || !path.includes('/')) &&
  !path.endsWith('.tmp') &&
  !path.endsWith('.broken')
