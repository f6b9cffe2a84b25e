import type { SwarmServiceSpec } from './swarm-types.ts'

type Placement = SwarmServiceSpec['TaskTemplate']['Placement']

const rule = /^node\.id\s*!=\s*(\S+)$/

/** Ids of the machines that a service must leave, in order, as its constraints say. */
export const avoidsOf = (placement: Placement): string[] =>
  (placement?.Constraints ?? []).flatMap((constraint) => rule.exec(constraint.trim())?.[1] ?? []).toSorted()

/**
 * The placement with other machines to leave, and every other rule as it is. The engine replaces exactly those instances
 * that are where they may no longer be, new ones first, as long as their machine is paused; on an active one it ends
 * them at once.
 */
export function withAvoids(placement: Placement, avoids: readonly string[]): Placement {
  const others = (placement?.Constraints ?? []).filter((constraint) => !rule.test(constraint.trim()))
  if (avoids.length === 0 && placement?.Constraints === undefined) return placement
  return { ...placement, Constraints: [...others, ...avoids.toSorted().map((id) => `node.id!=${id}`)] }
}
