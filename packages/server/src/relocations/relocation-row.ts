import type { RelocationKind, RelocationState } from '@berth/contract'

/**
 * How far the instances of a service have come in leaving a machine; only moves forward.
 * `surge`: as many more as leave are started elsewhere. `move`: those on the machine are replaced. `settle`: the surplus goes.
 */
export const stepPhases = ['waiting', 'surge', 'move', 'settle', 'done', 'failed', 'skipped'] as const
export type StepPhase = (typeof stepPhases)[number]

export type StepRow = {
  app: string
  service: string
  /** As the engine knows it; another release of the app has another. */
  serviceName: string
  machineId: string
  /** Name of that machine. */
  from: string
  /**
   * `leave`: all instances there are replaced. `spread`: one more is started where fewest are, and one goes where most
   * are, which the engine does by itself.
   */
  way: 'leave' | 'spread'
  phase: StepPhase
  /** Ids of machines that the new instance must not go to, so that it goes where it was planned; none of the service run there. */
  closed: string[]
  /** How many more than wanted run while it moves. */
  surge: number
  /** Instances that were up when it began: a move need not mend what was broken before. */
  upBefore: number
  /** Instances by machine id when it began. */
  placesBefore: Record<string, number>
  words: string | null
  startedAtMs: number | null
  finishedAtMs: number | null
}

export type RelocationFailure = { message: string; hint: string | null }

export type RelocationRow = {
  id: string
  kind: RelocationKind
  /** Of a drain. */
  machineId: string | null
  machine: string | null
  /** Whether what cannot be moved is stopped in the end. */
  isForced: boolean
  state: RelocationState
  words: string | null
  steps: StepRow[]
  failure: RelocationFailure | null
  requestedBy: string
  createdAtMs: number
  finishedAtMs: number | null
}

/** A machine that gives its instances away, from when that was asked for until it takes instances again. */
export type DrainRow = {
  machineId: string
  machine: string
  /** The newest that was asked for. */
  relocationId: string | null
  /** What its engine is to be; `active` until it has become so, and then there is no such row any more. */
  availability: 'pause' | 'drain' | 'active'
  /** Nothing runs there any more, and nothing may. */
  isDrained: boolean
  sinceMs: number
}

const hasEnded: readonly StepPhase[] = ['done', 'failed', 'skipped']

export const isActiveRelocation = ({ state }: Pick<RelocationRow, 'state'>) =>
  state === 'pending' || state === 'running'
export const isEndedStep = ({ phase }: Pick<StepRow, 'phase'>) => hasEnded.includes(phase)
export const isRunningStep = (step: Pick<StepRow, 'phase'>) => step.phase !== 'waiting' && !isEndedStep(step)
