import { formatDuration } from '@berth/contract'

export type TimedFile = { file: string; durationMs: number }

const shown = 12
/** What takes less is no place to save time. */
const leastMs = 1_000

/** The files that take longest, the longest first, each in a line; nothing where there is nothing to compare. */
export function renderSlowest(files: readonly TimedFile[]): string {
  const slow = files.filter(({ durationMs }) => durationMs >= leastMs)
  if (slow.length < 2) return ''
  const sorted = slow.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, shown)
  const lines = sorted.map(({ file, durationMs }) => `${formatDuration(durationMs).padStart(12)}  ${file}`)
  return ['The slowest files:', ...lines].join('\n')
}
