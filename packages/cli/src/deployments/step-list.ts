import type { Deployment, DeploymentStage, DeploymentStep } from '@berth/contract'
import { renderStepLine, type StepLine, titleWidthOf } from '../terminal/step-lines.ts'
import type { Colors } from '../terminal/terminal.ts'

export const stageTitles: Record<DeploymentStage, string> = {
  resolve: 'Find the image',
  release: 'Record the release',
  pull: 'Pull the image',
  start: 'Start the instances',
  check: 'Check their health',
  switch: 'Switch the route',
  drain: 'Drain the old release',
}

const titleWidth = titleWidthOf(Object.values(stageTitles))

/** One line per step. */
export const renderSteps = (
  { steps }: Pick<Deployment, 'steps'>,
  look: { nowMs: number; width: number; colors: Colors },
): string[] => steps.map((step) => renderStepLine(stepLineOf(step), { ...look, titleWidth }))

export function stepLineOf({ stage, state, detail, startedAt, finishedAt }: DeploymentStep): StepLine {
  // What it will do is clear from its title.
  return { title: stageTitles[stage], state, detail: state === 'waiting' ? null : detail, startedAt, finishedAt }
}
