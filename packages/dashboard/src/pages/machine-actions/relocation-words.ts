import type { Relocation, RelocationStep } from '@berth/contract'

export const titleOfRelocation = ({ kind, machine }: Pick<Relocation, 'kind' | 'machine'>): string =>
  kind === 'drain' ? `Drain of ${machine ?? 'a machine'}` : 'Rebalance'

/** "2 of 5 done" */
export function countSteps(steps: readonly Pick<RelocationStep, 'state'>[]): string {
  if (steps.length === 0) return 'nothing to move'
  return `${steps.filter(({ state }) => state === 'done').length} of ${steps.length} done`
}

/** Those under way or waiting, the one that runs first. */
export const activeRelocations = (relocations: readonly Relocation[]): Relocation[] =>
  relocations
    .filter(({ finishedAt }) => finishedAt === null)
    .toSorted((one, other) => Number(other.state === 'running') - Number(one.state === 'running'))

/** For the note at the edge of every page: "Draining worker1: 2 of 5 done"; undefined while nothing is moved. */
export function noteOfRelocations(relocations: readonly Relocation[]): string | undefined {
  const [first, ...waiting] = activeRelocations(relocations)
  if (!first) return undefined
  const what = first.kind === 'drain' ? `Draining ${first.machine ?? 'a machine'}` : 'Spreading instances'
  const rest = waiting.length > 0 ? `, ${waiting.length} more ${waiting.length === 1 ? 'waits' : 'wait'}` : ''
  return `${what}: ${countSteps(first.steps)}${rest}`
}
