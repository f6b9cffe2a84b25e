import type { ServerReach } from '../edge/server-reach.ts'

const firstMs = 200
const longestMs = { linked: 5_000, away: 5_000, silent: 2_000 } satisfies Record<ServerReach, number>

/**
 * How long to wait before the next round over all servers. `random` is 0 to 1: with many machines the jitter keeps
 * them from coming back all at once. Where nothing answers, it may be this machine that is cut off, with visitors who wait.
 */
export function nextDelayMs(failedRounds: number, random: number, reach: ServerReach = 'away'): number {
  const fullMs = Math.min(firstMs * 2 ** Math.max(failedRounds - 1, 0), longestMs[reach])
  return Math.max(Math.round(fullMs * (0.5 + random / 2)), firstMs)
}
