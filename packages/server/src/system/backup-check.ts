import { formatDuration, type SystemCheck } from '@berth/contract'

const staleMs = 48 * 3_600_000

/** `newestAtMs`: undefined until it was looked for, null if there is none. */
export function backupCheck({
  newestAtMs,
  nowMs,
}: {
  newestAtMs: number | null | undefined
  nowMs: number
}): SystemCheck[] {
  const check = (state: SystemCheck['state'], message: string) => [{ name: 'backup', state, message }]
  // A server that has just started looks for them in a few minutes.
  if (newestAtMs === undefined) return []
  if (newestAtMs === null) return check('warning', 'There is none: write one with berth backups create')
  const age = formatDuration(nowMs - newestAtMs)
  if (nowMs - newestAtMs < staleMs) return check('ok', `The newest is ${age} old`)
  return check('warning', `The newest is ${age} old: see what berth backups create says`)
}
