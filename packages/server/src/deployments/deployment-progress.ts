import {
  type DeploymentFailure,
  type DeploymentStage,
  type DeploymentState,
  type DeploymentStep,
  deploymentStages,
} from '@berth/contract'
import type { DeploymentRow } from './deployment-row.ts'

const positionOf = (stage: DeploymentStage) => deploymentStages.indexOf(stage)
const isoAt = (atMs: number) => new Date(atMs).toISOString()

export const isActive = ({ state }: { state: DeploymentState }) => state === 'pending' || state === 'running'

/** The steps of a deployment that starts at a stage; those before it were done by an earlier one. */
export const firstSteps = (start: DeploymentStage): DeploymentStep[] =>
  deploymentStages.map((stage) => ({
    stage,
    state: positionOf(stage) < positionOf(start) ? 'skipped' : 'waiting',
    detail: null,
    startedAt: null,
    finishedAt: null,
  }))

/** The same row if it had begun already. */
export function begun(row: DeploymentRow, atMs: number): DeploymentRow {
  if (row.state === 'running') return row
  const steps = row.steps.map((step) => (step.stage === row.stage ? started(step, atMs) : step))
  return { ...row, state: 'running', steps }
}

/** The same row if it says so already. */
export function withDetail(row: DeploymentRow, detail: string): DeploymentRow {
  const current = row.steps.find(({ stage }) => stage === row.stage)
  if (current?.detail === detail) return row
  return { ...row, steps: row.steps.map((step) => (step === current ? { ...step, detail } : step)) }
}

type Advance = {
  to: DeploymentStage
  atMs: number
  /** How the step that is left went. */
  detail?: string | undefined
}

export function advanced(row: DeploymentRow, { to, atMs, detail }: Advance): DeploymentRow {
  if (positionOf(to) <= positionOf(row.stage)) throw new RangeError(`${to} does not come after ${row.stage}`)
  const crossed = (['release', 'switch'] as const).find(
    (stage) => positionOf(stage) < positionOf(to) && isAhead(row, stage),
  )
  if (crossed) throw new RangeError(`${to} cannot be reached without ${crossed}`)

  const steps = begun(row, atMs).steps.map((step): DeploymentStep => {
    if (step.stage === row.stage)
      return { ...step, state: 'done', finishedAt: isoAt(atMs), detail: detail ?? step.detail }
    if (step.stage === to) return started(step, atMs)
    return isAhead(row, step.stage) && positionOf(step.stage) < positionOf(to) ? { ...step, state: 'skipped' } : step
  })
  return { ...row, state: 'running', stage: to, steps }
}

type Ending = {
  state: 'succeeded' | 'failed' | 'cancelled'
  atMs: number
  failure?: DeploymentFailure | undefined
  /** Said in the step that it ended in. */
  detail?: string | undefined
}

export function ended(row: DeploymentRow, { state, atMs, failure, detail }: Ending): DeploymentRow {
  const steps = row.steps.map((step): DeploymentStep => {
    if (step.stage === row.stage) return { ...stopped(step, state, atMs), detail: detail ?? step.detail }
    return step.state === 'waiting' ? { ...step, state: 'skipped' } : step
  })
  return { ...row, state, steps, failure: failure ?? null, finishedAtMs: atMs }
}

const isAhead = (row: DeploymentRow, stage: DeploymentStage) => positionOf(stage) > positionOf(row.stage)

const started = (step: DeploymentStep, atMs: number): DeploymentStep => ({
  ...step,
  state: 'running',
  startedAt: isoAt(atMs),
})

function stopped(step: DeploymentStep, state: Ending['state'], atMs: number): DeploymentStep {
  if (step.state === 'waiting') return { ...step, state: 'skipped' }
  return { ...step, state: state === 'succeeded' ? 'done' : 'failed', finishedAt: isoAt(atMs) }
}
