import { count } from '../deployments/deployment-plan.ts'
import { firstStep } from '../relocations/drain-plan.ts'
import type { RelocationFacts, ServiceFacts } from '../relocations/relocation-facts.ts'
import { isEndedStep, isRunningStep, type RelocationRow, type StepRow } from '../relocations/relocation-row.ts'
import { advanceStep, changed, noBetter, withBefore } from '../relocations/service-move.ts'
import { type PlannedMove, planRebalance } from './rebalance-plan.ts'

export type RebalanceFacts = RelocationFacts & {
  /** Since when nothing has come any further. */
  stalledMs: number
  /** The drain that waits for its turn: machines that must be emptied go before comfort. */
  isDrainWaiting: boolean
}

const patienceMs = 120_000
const mostRetries = 2

/** The steps of a rebalance as the world is now. */
export const rebalanceSteps = (facts: RelocationFacts): StepRow[] =>
  planRebalance(facts).moves.flatMap((move) => stepOf(move, facts.services))

function stepOf({ serviceName, to, machineId, from, way }: PlannedMove, services: readonly ServiceFacts[]): StepRow[] {
  const service = services.find((each) => each.serviceName === serviceName)
  return service ? [{ ...firstStep(service, { machineId, from, way }), words: `to ${to}` }] : []
}

/** A rebalance one look later: the same row where nothing is new. One step at a time, and none that helps no more. */
export function progressRebalance(row: RelocationRow, facts: RebalanceFacts): RelocationRow {
  const running = row.steps.find(isRunningStep)
  const next = running ? advance(row, running, facts) : startNext(row, facts)
  const failed = next.steps.find(({ phase }) => phase === 'failed')
  if (failed) return tryAgain(next, failed) ?? fail(next, failed, facts)
  if (next.steps.every(isEndedStep)) return end(next, facts)
  if (running && facts.stalledMs > patienceMs) return giveUp(next, facts)
  const words = `${next.steps.filter(isEndedStep).length} of ${count(next.steps.length, 'move')} made`
  return words === next.words ? next : { ...next, words }
}

const withStep = (row: RelocationRow, step: StepRow, changed: StepRow): RelocationRow =>
  step === changed ? row : { ...row, steps: row.steps.map((each) => (each === step ? changed : each)) }

function advance(row: RelocationRow, step: StepRow, { services, nowMs }: RebalanceFacts): RelocationRow {
  const service = services.find(({ serviceName }) => serviceName === step.serviceName)
  // A deployment starts and stops instances itself: two that do so would judge each other's.
  const next = service?.isDeploying
    ? changed(step, { phase: 'skipped', words: `${step.app} is being deployed` }, nowMs)
    : advanceStep(step, service, nowMs)
  return withStep(row, step, next)
}

function startNext(row: RelocationRow, facts: RebalanceFacts): RelocationRow {
  const step = row.steps.find(({ phase }) => phase === 'waiting')
  if (!step) return row
  const skip = (words: string) => withStep(row, step, changed(step, { phase: 'skipped', words }, facts.nowMs))
  if (facts.isDrainWaiting) return skip('a drain goes first')
  const service = facts.services.find(({ serviceName }) => serviceName === step.serviceName)
  if (!service) return skip('gone with its release')
  if (service.isDeploying) return skip(`${step.app} is being deployed`)
  const move = planRebalance(facts).moves.find((each) => isSameMove(each, step))
  if (!move) return skip('no longer needed')
  const { machineId, from, closed } = move
  const aimed = withBefore({ ...step, machineId, from, closed }, service)
  return withStep(row, step, advanceStep(aimed, service, facts.nowMs))
}

/** Which of two equally full machines gave an instance away before was the engine's choice, so the next may be another. */
const isSameMove = (move: PlannedMove, step: StepRow) =>
  move.serviceName === step.serviceName &&
  move.way === step.way &&
  (step.way === 'spread' || move.machineId === step.machineId)

/**
 * The engine chooses by what it knows at that moment, which of a machine that has just come back may not be all. So the
 * same is planned once more, after the moves that wait.
 */
function tryAgain(row: RelocationRow, failed: StepRow): RelocationRow | undefined {
  const tries = row.steps.filter(({ serviceName, words }) => serviceName === failed.serviceName && words === noBetter)
  if (failed.words !== noBetter || tries.length > mostRetries) return undefined
  const given = withStep(row, failed, { ...failed, phase: 'skipped' })
  return { ...given, steps: [...given.steps, firstStep(failed, failed)] }
}

function end(row: RelocationRow, { nowMs, isDrainWaiting }: RebalanceFacts): RelocationRow {
  const moved = row.steps.filter(({ phase }) => phase === 'done').length
  const words = row.steps.length === 0 ? 'everything was spread evenly' : `${count(moved, 'instance')} moved`
  const isCutShort = isDrainWaiting && moved < row.steps.length
  return { ...row, state: isCutShort ? 'cancelled' : 'succeeded', words, finishedAtMs: nowMs }
}

function giveUp(row: RelocationRow, facts: RebalanceFacts): RelocationRow {
  const step = row.steps.find(isRunningStep)
  if (!step) return row
  const failed = changed(step, { phase: 'failed', words: step.words ?? 'nothing happened' }, facts.nowMs)
  return fail(withStep(row, step, failed), failed, facts)
}

function fail(row: RelocationRow, step: StepRow, { nowMs }: RebalanceFacts): RelocationRow {
  const steps = row.steps.map((each) =>
    isEndedStep(each) ? each : changed(each, { phase: 'skipped', words: 'not tried any more' }, nowMs),
  )
  const failure = {
    message: `An instance of ${step.app} on ${step.from} could not be moved: ${step.words}`,
    hint: 'What was moved stays where it is, and nothing was stopped. To try again: berth machines rebalance',
  }
  return { ...row, steps, state: 'failed', words: null, failure, finishedAtMs: nowMs }
}
