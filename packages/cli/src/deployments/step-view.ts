import type { Deployment, DeploymentStep } from '@berth/contract'
import type { Context } from '../command.ts'
import { liveLines } from '../terminal/live-lines.ts'
import { cutText } from '../terminal/text-width.ts'
import { describeStep, renderSteps } from './step-list.ts'

/** Shows how far a deployment is. */
export interface StepView {
  show(deployment: Deployment): void
  /** The connection is gone since then; the next `show` means that it is back. */
  lost(sinceMs: number): void
  end(): void
}

const frameMs = 100
const detailIntervalMs = 5000

export const silentView: StepView = { show: () => undefined, lost: () => undefined, end: () => undefined }

export function openStepView(
  { terminal, print, now }: Pick<Context, 'terminal' | 'print' | 'now'>,
  skewMs: number,
): StepView {
  // Drawing over lines that have scrolled away is impossible.
  if (!terminal.isLive || terminal.height() < 12) return plainView({ print, now: () => now() - skewMs })
  const lines = liveLines(terminal)
  let latest: Deployment | undefined
  let lostAtMs: number | undefined

  function draw() {
    if (!latest) return
    const width = terminal.width()
    const steps = renderSteps(latest, { nowMs: now() - skewMs, width, colors: terminal.colors })
    lines.draw(lostAtMs === undefined ? steps : [...steps, lostLine(lostAtMs, width)])
  }

  function lostLine(sinceMs: number, width: number) {
    const seconds = Math.round((now() - sinceMs) / 1000)
    const text = `  ! Berth has not answered for ${seconds} s; trying again. The deployment goes on without us.`
    return terminal.colors.yellow(cutText(text, width))
  }

  const ticker = setInterval(draw, frameMs)
  return {
    show(deployment) {
      latest = deployment
      lostAtMs = undefined
      draw()
    },
    lost(sinceMs) {
      lostAtMs = sinceMs
      draw()
    },
    end() {
      clearInterval(ticker)
      lostAtMs = undefined
      draw()
      latest = undefined
      lines.end()
    },
  }
}

/** A line whenever a step ends, and now and then what a long one is doing. */
function plainView({ print, now }: Pick<Context, 'print' | 'now'>): StepView {
  let shown: readonly DeploymentStep[] = []
  let isLost = false
  let printedAtMs = now()

  return {
    show({ steps }) {
      if (isLost) print('Berth answers again')
      isLost = false
      for (const step of stepsToPrint(shown, steps, { isDetailDue: now() - printedAtMs >= detailIntervalMs })) {
        print(describeStep(step, now()))
        printedAtMs = now()
      }
      shown = steps
    },
    lost() {
      if (!isLost) print('Berth does not answer; trying again. The deployment goes on without us.')
      isLost = true
    },
    end: () => undefined,
  }
}

const ended: readonly DeploymentStep['state'][] = ['done', 'failed', 'skipped']

export function stepsToPrint(
  shown: readonly DeploymentStep[],
  steps: readonly DeploymentStep[],
  { isDetailDue }: { isDetailDue: boolean },
): DeploymentStep[] {
  return steps.filter((step) => {
    const before = shown.find(({ stage }) => stage === step.stage)
    if (ended.includes(step.state)) return before?.state !== step.state
    return step.state === 'running' && isDetailDue && before?.detail !== step.detail
  })
}
