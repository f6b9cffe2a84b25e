import type { Logger } from 'pino'
import { keepLease } from './lease-keeper.ts'
import type { LeaseStore } from './lease-store.ts'

// A server that was killed keeps the next one waiting for this long.
const ttlMs = 5_000
const renewMs = 2_000

/**
 * Waits until this server is the one that acts. Losing the lease later ends the process at once: whatever it had in
 * hand, the next holder takes up from the database.
 */
export async function holdLease({
  store,
  holder,
  log,
  signal,
}: {
  store: LeaseStore
  holder: string
  log: Logger
  signal: AbortSignal
}): Promise<{ released: Promise<void> }> {
  const gained = Promise.withResolvers<void>()
  const keeper = keepLease({
    store,
    name: 'server',
    holder,
    ttlMs,
    renewMs,
    signal,
    onGained: () => gained.resolve(),
    onLost: () => {
      if (signal.aborted) return
      log.fatal({ holder }, 'lease_lost')
      process.exit(1)
    },
    onError: (error) => log.warn({ err: error }, 'lease_not_renewed'),
  })
  signal.addEventListener('abort', () => gained.reject(signal.reason), { once: true })
  if (!keeper.holds()) log.info({ holder }, 'waiting_for_lease')
  await gained.promise
  log.info({ holder }, 'lease_gained')
  return { released: keeper.stopped }
}
