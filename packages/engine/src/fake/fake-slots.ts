import type { FakeInstance } from './fake-instance.ts'

/**
 * The places of a service after it was scaled. As the engine does it: the lowest free numbers are added, and the first
 * to go are those that do not run and then those on the machine with most of them.
 */
export function scaleSlots(
  slots: ReadonlySet<number>,
  replicas: number,
  instances: readonly FakeInstance[],
): Set<number> {
  const kept = new Set(keptSlots([...slots], replicas, instances))
  for (let slot = 1; kept.size < replicas; slot += 1) kept.add(slot)
  return kept
}

function keptSlots(slots: readonly number[], replicas: number, instances: readonly FakeInstance[]): number[] {
  const copies = new Map<string | null, number>()
  const ranked = slots
    .toSorted((a, b) => a - b)
    .map((slot) => {
      const running = instances.find((one) => one.slot === slot && one.isWanted && one.state === 'running')
      if (!running) return { slot, copy: Number.POSITIVE_INFINITY }
      const copy = (copies.get(running.machineId) ?? 0) + 1
      copies.set(running.machineId, copy)
      return { slot, copy }
    })
  return ranked
    .toSorted((a, b) => a.copy - b.copy)
    .slice(0, replicas)
    .map(({ slot }) => slot)
}
