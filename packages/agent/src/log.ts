import { pino, stdSerializers } from 'pino'

type Fields = Record<string, unknown>

/** Events are snake_case, ids are fields: `log.info('edge_reloaded', { fingerprint })`. An `error` field keeps its stack. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (event: string, fields?: Fields) => void>

/** JSON lines on stdout. No transport: each would be a thread of its own. */
export function jsonLog(): Log {
  const lines = pino({ base: null, messageKey: 'event', serializers: { error: stdSerializers.err } })
  return {
    debug: (event, fields = {}) => lines.debug(fields, event),
    info: (event, fields = {}) => lines.info(fields, event),
    warn: (event, fields = {}) => lines.warn(fields, event),
    error: (event, fields = {}) => lines.error(fields, event),
  }
}
