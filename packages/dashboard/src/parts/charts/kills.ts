/** When something was ended because memory was used up. */
export const killTimes = (kills: readonly (number | null)[], times: readonly number[]): number[] =>
  times.filter((_, index) => (kills[index] ?? 0) > 0)

export function describeKills(kills: readonly (number | null)[]): string | undefined {
  const count = kills.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  if (count === 0) return undefined
  return count === 1 ? '1 process was ended for lack of memory' : `${count} processes were ended for lack of memory`
}
