import { type Deployment, type DeploymentStage, type DeploymentStep, formatDuration } from '@berth/contract'
import { plainText } from '../terminal/plain-text.ts'
import type { Colors } from '../terminal/terminal.ts'
import { cutText, padText, textWidth } from '../terminal/text-width.ts'

export const stageTitles: Record<DeploymentStage, string> = {
  resolve: 'Find the image',
  release: 'Record the release',
  pull: 'Pull the image',
  start: 'Start the instances',
  check: 'Check their health',
  switch: 'Switch the route',
  drain: 'Drain the old release',
}

const titleWidth = Math.max(...Object.values(stageTitles).map(textWidth))
const timeWidth = 8

const signs: Record<
  DeploymentStep['state'],
  { sign: string; color: keyof Colors & ('green' | 'cyan' | 'red' | 'dim') }
> = {
  waiting: { sign: '·', color: 'dim' },
  running: { sign: '›', color: 'cyan' },
  done: { sign: '✓', color: 'green' },
  failed: { sign: '✗', color: 'red' },
  skipped: { sign: '–', color: 'dim' },
}

/** One line per step. The times stand before the details, so that nothing moves while these change. */
export function renderSteps(
  { steps }: Pick<Deployment, 'steps'>,
  { nowMs, width, colors }: { nowMs: number; width: number; colors: Colors },
): string[] {
  return steps.map((step) => {
    const { sign, color } = signs[step.state]
    const title = padText(stageTitles[step.stage], titleWidth)
    const time = stepTime(step, nowMs).padStart(timeWidth)
    const lead = `  ${sign} ${title}  ${time}  `
    const detail = cutText(plainText(stepDetail(step)), width - textWidth(lead))
    if (step.state === 'waiting') return colors.dim(cutText(lead.trimEnd(), width))
    const line = `  ${colors[color](sign)} ${title}  ${colors.dim(time)}  ${step.state === 'failed' ? colors.red(detail) : detail}`
    return cutLine(line, lead, width)
  })
}

/** A terminal too narrow even for the times gets the line without colours, cut. */
const cutLine = (line: string, lead: string, width: number) =>
  textWidth(lead) > width ? cutText(lead.trimEnd(), width) : line.trimEnd()

/** A step as one line for a log file, where words stand for the signs. */
export function describeStep(step: DeploymentStep, nowMs: number): string {
  const detail = plainText(stepDetail(step))
  const time = stepTime(step, nowMs).padStart(timeWidth)
  return `${padText(step.state, 7)}  ${padText(stageTitles[step.stage], titleWidth)}  ${time}  ${detail}`.trimEnd()
}

const stepDetail = ({ state, detail }: DeploymentStep) => detail ?? (state === 'skipped' ? 'not needed' : '')

function stepTime({ startedAt, finishedAt, state }: DeploymentStep, nowMs: number): string {
  if (!startedAt || state === 'skipped' || state === 'waiting') return ''
  const endMs = finishedAt ? Date.parse(finishedAt) : nowMs
  return formatDuration(Math.max(0, endMs - Date.parse(startedAt)))
}
