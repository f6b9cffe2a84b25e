import { formatDuration } from '@berth/contract'
import { plainText } from './plain-text.ts'
import type { Colors } from './terminal.ts'
import { cutText, padText, textWidth } from './text-width.ts'

/** One step of something that takes a while, as it is shown. */
export type StepLine = {
  title: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped'
  detail: string | null
  startedAt: string | null
  finishedAt: string | null
}

const timeWidth = 8

const signs: Record<StepLine['state'], { sign: string; color: keyof Colors & ('green' | 'cyan' | 'red' | 'dim') }> = {
  waiting: { sign: '·', color: 'dim' },
  running: { sign: '›', color: 'cyan' },
  done: { sign: '✓', color: 'green' },
  failed: { sign: '✗', color: 'red' },
  skipped: { sign: '–', color: 'dim' },
}

export const titleWidthOf = (titles: readonly string[]): number => Math.max(0, ...titles.map(textWidth))

type Look = { nowMs: number; width: number; titleWidth: number; colors: Colors }

/** The times stand before the details, so that nothing moves while these change. */
export function renderStepLine(step: StepLine, { nowMs, width, titleWidth, colors }: Look): string {
  const { sign, color } = signs[step.state]
  const title = padText(plainText(step.title), titleWidth)
  const time = stepTime(step, nowMs).padStart(timeWidth)
  const lead = `  ${sign} ${title}  ${time}  `
  const detail = cutText(plainText(detailOf(step)), width - textWidth(lead))
  if (step.state === 'waiting' && step.detail === null) return colors.dim(cutText(lead.trimEnd(), width))
  const line = `  ${colors[color](sign)} ${title}  ${colors.dim(time)}  ${step.state === 'failed' ? colors.red(detail) : detail}`
  return cutLine(line, lead, width)
}

/** A terminal too narrow even for the times gets the line without colours, cut. */
const cutLine = (line: string, lead: string, width: number) =>
  textWidth(lead) > width ? cutText(lead.trimEnd(), width) : line.trimEnd()

/** A step as one line for a log file, where words stand for the signs. */
export function describeStepLine(step: StepLine, { nowMs, titleWidth }: Pick<Look, 'nowMs' | 'titleWidth'>): string {
  const time = stepTime(step, nowMs).padStart(timeWidth)
  const title = padText(plainText(step.title), titleWidth)
  return `${padText(step.state, 7)}  ${title}  ${time}  ${plainText(detailOf(step))}`.trimEnd()
}

const detailOf = ({ state, detail }: StepLine) => detail ?? (state === 'skipped' ? 'not needed' : '')

function stepTime({ startedAt, finishedAt, state }: StepLine, nowMs: number): string {
  if (!startedAt || state === 'skipped' || state === 'waiting') return ''
  const endMs = finishedAt ? Date.parse(finishedAt) : nowMs
  return formatDuration(Math.max(0, endMs - Date.parse(startedAt)))
}
