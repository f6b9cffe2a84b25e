import type { BetterAuthOptions } from 'better-auth/types'
import type { Logger } from 'pino'
import { SqliteError } from '../database/database-errors.ts'

/**
 * What better-auth has to say, without what it says it about: its arguments may be rows, tokens or hashes, and its messages
 * may hold them too. Only the kind of an error is kept, and of our own embedded database the SQL without parameters.
 */
export const authLog = (log: Logger): BetterAuthOptions['logger'] => ({
  level: 'error',
  disableColors: true,
  log: (level, message, ...details) => {
    if (level !== 'error') return
    log.error({ errors: [message, ...details].flatMap(kindOf) }, 'better_auth_failed')
  },
})

function kindOf(detail: unknown): string[] {
  if (detail instanceof SqliteError) return [detail.message]
  if (!(detail instanceof Error)) return []
  const code = 'code' in detail ? ` ${String(detail.code)}` : ''
  return [`${detail.name}${code}`]
}
