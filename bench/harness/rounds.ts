/**
 * Measures each contender once per round. Each round begins with another one, so that none always runs first, when
 * the machine is cool, or always after the heaviest.
 */
export async function inRounds<Name extends string, Sample>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Promise<Sample>,
): Promise<Record<Name, Sample[]>> {
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>
  for (let round = 0; round < rounds; round++) {
    const order = names.map((_, index) => names[(index + round) % names.length] as Name)
    for (const name of order) samples[name].push(await measure(name, round))
  }
  return samples
}
