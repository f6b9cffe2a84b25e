const firstMs = 200
const longestMs = 5_000

/**
 * How long to wait before the next round over all servers. `random` is 0 to 1: with many machines the jitter keeps
 * them from coming back all at once.
 */
export function nextDelayMs(failedRounds: number, random: number): number {
  const fullMs = Math.min(firstMs * 2 ** Math.max(failedRounds - 1, 0), longestMs)
  return Math.max(Math.round(fullMs * (0.5 + random / 2)), firstMs)
}
