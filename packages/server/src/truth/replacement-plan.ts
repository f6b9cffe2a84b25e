import type { LocatedInstance, LostInstance } from './reach-plan.ts'

/** What is remembered between two passes. */
export type ReplacementMemory = {
  /** Since when each instance has been lost. */
  lostSinceMs: ReadonlyMap<string, number>
  /** When instances of each service were replaced. */
  replacedAtMs: ReadonlyMap<string, readonly number[]>
}

export const nothingReplaced: ReplacementMemory = { lostSinceMs: new Map(), replacedAtMs: new Map() }

type Situation = {
  lost: readonly LostInstance[]
  /** Running instances by service. */
  countOf(serviceName: string): number
  nowMs: number
}

/** After a network was away, engines take up to 40 s until they reach what is new on the other side. */
const patienceMs = 60_000
/** Replacing the only one takes it from those who do reach it, too. */
const onlyOneMs = 120_000
/** A machine that died looks the same until the cluster takes note, which takes 16 s at most. */
const unseenMs = 30_000
const spacingMs = 60_000
/** What three new instances did not help is not helped by a fourth. */
const rememberedMs = 900_000
const mostReplaced = 3

/** Which instances to replace: few, and none twice in a hurry. Pure. */
export function planReplacements(
  memory: ReplacementMemory,
  { lost, countOf, nowMs }: Situation,
): { replace: LocatedInstance[]; memory: ReplacementMemory } {
  const lostSinceMs = new Map(
    lost.map(({ instance: { instanceId } }) => [instanceId, memory.lostSinceMs.get(instanceId) ?? nowMs]),
  )
  const replacedAtMs = new Map(
    [...memory.replacedAtMs].map(([name, times]) => [name, times.filter((atMs) => nowMs - atMs < rememberedMs)]),
  )
  const replace: LocatedInstance[] = []
  for (const { instance, isSeenByOthers } of lost) {
    const { serviceName } = instance
    const times = replacedAtMs.get(serviceName) ?? []
    const patience = !isSeenByOthers ? unseenMs : countOf(serviceName) > 1 ? patienceMs : onlyOneMs
    if (nowMs - (lostSinceMs.get(instance.instanceId) ?? nowMs) < patience) continue
    if (times.length >= mostReplaced || nowMs - (times.at(-1) ?? Number.NEGATIVE_INFINITY) < spacingMs) continue
    replace.push(instance)
    replacedAtMs.set(serviceName, [...times, nowMs])
  }
  return { replace, memory: { lostSinceMs, replacedAtMs } }
}
