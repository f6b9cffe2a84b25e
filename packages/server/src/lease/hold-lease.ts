import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Database } from '../database/database.ts'
import type { DatabaseLocation } from '../database/open-database.ts'
import { takeFileLease } from './file-lease.ts'
import { keepLease } from './lease-keeper.ts'
import { leaseStore } from './lease-store.ts'

// A server that was killed keeps the next one waiting for this long.
const ttlMs = 5_000
const renewMs = 2_000
const fileAskMs = 250

export interface Lease {
  /** Whether this server is the one that acts. */
  isOurs(): Promise<boolean>
  /** Resolves after the signal aborted and it was given back. */
  released: Promise<void>
}

type Holding = { location: DatabaseLocation; database: Database; holder: string; log: Logger; signal: AbortSignal }

/**
 * Waits until this server is the one that acts. Who shares a file shares a kernel, which knows who lives; servers that share
 * a PostgreSQL are on different machines and know each other by a row that must be renewed.
 */
export async function holdLease(holding: Holding): Promise<Lease> {
  const { location, holder, log } = holding
  const lease = 'databasePath' in location ? holdFile(location.databasePath, holding) : holdRow(holding)
  log.info({ holder }, 'waiting_for_lease')
  const gained = await lease
  log.info({ holder }, 'lease_gained')
  return gained
}

async function holdFile(databasePath: string, { signal }: Holding): Promise<Lease> {
  const path = `${databasePath}.lock`
  let taken = takeFileLease(path)
  while (!taken) {
    await delay(fileAskMs, undefined, { signal })
    taken = takeFileLease(path)
  }
  // Given back by the end of the process alone: until then something of it may still write.
  const { promise: released, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  return { isOurs: async () => true, released }
}

/** Losing it later ends the process at once: whatever it had in hand, the next holder takes up from the database. */
async function holdRow({ database, holder, log, signal }: Holding): Promise<Lease> {
  const store = leaseStore({ database })
  const name = 'server'
  const gained = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => gained.reject(signal.reason), { once: true })
  const { stopped } = keepLease({
    ...{ store, name, holder, ttlMs, renewMs, signal },
    onGained: () => gained.resolve(),
    onLost: () => {
      if (signal.aborted) return
      log.fatal({ holder }, 'lease_lost')
      process.exit(1)
    },
    onError: (error) => log.warn({ err: error }, 'lease_not_renewed'),
  })
  await gained.promise
  return { isOurs: async () => (await store.find(name))?.holder === holder, released: stopped }
}
