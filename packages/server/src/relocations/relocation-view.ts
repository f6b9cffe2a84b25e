import type { Relocation, RelocationStep } from '@berth/contract'
import type { RelocationRow, StepRow } from './relocation-row.ts'

/** As callers see it. `active`: those that may be what a pending one waits for. */
export function viewRelocation(row: RelocationRow, active: readonly RelocationRow[]): Relocation {
  const { id, kind, machine, state, failure, requestedBy } = row
  return {
    ...{ id, kind, machine, state, failure, requestedBy },
    words: state === 'pending' ? waitingWords(row, active) : row.words,
    steps: row.steps.map(viewStep),
    createdAt: toIso(row.createdAtMs),
    finishedAt: row.finishedAtMs === null ? null : toIso(row.finishedAtMs),
  }
}

function waitingWords(row: RelocationRow, active: readonly RelocationRow[]): string {
  const first = active.find((other) => other.id !== row.id && other.state === 'running')
  if (first) return `waits for ${titleOf(first)}`
  return row.machine === null ? 'about to begin' : `pausing ${row.machine}`
}

export const titleOf = ({ kind, machine }: Pick<RelocationRow, 'kind' | 'machine'>): string =>
  kind === 'drain' ? `the drain of ${machine}` : 'a rebalance'

const viewStep = (step: StepRow): RelocationStep => ({
  app: step.app,
  service: step.service,
  from: step.from,
  words: step.words,
  state: stateOf(step),
  startedAt: step.startedAtMs === null ? null : toIso(step.startedAtMs),
  finishedAt: step.finishedAtMs === null ? null : toIso(step.finishedAtMs),
})

function stateOf({ phase }: StepRow): RelocationStep['state'] {
  if (phase === 'done' || phase === 'failed' || phase === 'skipped' || phase === 'waiting') return phase
  return 'running'
}

const toIso = (ms: number) => new Date(ms).toISOString()
