import type { Context } from '../command.ts'
import { liveLines } from './live-lines.ts'
import { describeStepLine, renderStepLine, type StepLine, titleWidthOf } from './step-lines.ts'
import { cutText } from './text-width.ts'

/** Shows how far something is that takes a while. */
export interface StepView {
  show(steps: readonly StepLine[]): void
  /** The connection is gone since then; the next `show` means that it is back. */
  lost(sinceMs: number): void
  end(): void
}

const frameMs = 100
const detailIntervalMs = 5000
/** For what else is in the terminal. */
const spareLines = 4

export const silentView: StepView = { show: () => undefined, lost: () => undefined, end: () => undefined }

type Viewed = {
  /** How far our clock is ahead of the server's. */
  skewMs: number
  /** What goes on when the connection breaks: "The deployment". */
  what: string
}

export function openStepView(
  { terminal, print, now }: Pick<Context, 'terminal' | 'print' | 'now'>,
  { skewMs, what }: Viewed,
): StepView {
  // Drawing over lines that have scrolled away is impossible.
  if (!terminal.isLive || terminal.height() < 12) return plainView({ print, now: () => now() - skewMs }, what)
  const lines = liveLines(terminal)
  let latest: readonly StepLine[] | undefined
  let lostAtMs: number | undefined

  function draw() {
    if (!latest) return
    const width = terminal.width()
    const titleWidth = titleWidthOf(latest.map(({ title }) => title))
    const look = { nowMs: now() - skewMs, width, titleWidth, colors: terminal.colors }
    const { shown, hidden } = fitting(latest, terminal.height() - spareLines)
    const steps = shown.map((step) => renderStepLine(step, look))
    if (hidden > 0) steps.push(terminal.colors.dim(cutText(`  … and ${hidden} more`, width)))
    lines.draw(lostAtMs === undefined ? steps : [...steps, lostLine(lostAtMs, width)])
  }

  function lostLine(sinceMs: number, width: number) {
    const seconds = Math.round((now() - sinceMs) / 1000)
    const text = `  ! Berth has not answered for ${seconds} s; trying again. ${what} goes on without us.`
    return terminal.colors.yellow(cutText(text, width))
  }

  const ticker = setInterval(draw, frameMs)
  return {
    show(steps) {
      latest = steps
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

/** Where not all fit: what has gone wrong, what goes on and what comes next. */
export function fitting(steps: readonly StepLine[], room: number): { shown: readonly StepLine[]; hidden: number } {
  if (steps.length <= room) return { shown: steps, hidden: 0 }
  const weights: Record<StepLine['state'], number> = { failed: 0, running: 1, waiting: 2, skipped: 3, done: 3 }
  const shown = steps.toSorted((a, b) => weights[a.state] - weights[b.state]).slice(0, room - 1)
  return { shown: steps.filter((step) => shown.includes(step)), hidden: steps.length - shown.length }
}

/** A line whenever a step ends, and now and then what a long one is doing. */
function plainView({ print, now }: Pick<Context, 'print' | 'now'>, what: string): StepView {
  let before: readonly StepLine[] = []
  let isLost = false
  let printedAtMs = now()

  return {
    show(steps) {
      if (isLost) print('Berth answers again')
      isLost = false
      const titleWidth = titleWidthOf(steps.map(({ title }) => title))
      for (const step of stepsToPrint(before, steps, { isDetailDue: now() - printedAtMs >= detailIntervalMs })) {
        print(describeStepLine(step, { nowMs: now(), titleWidth }))
        printedAtMs = now()
      }
      before = steps
    },
    lost() {
      if (!isLost) print(`Berth does not answer; trying again. ${what} goes on without us.`)
      isLost = true
    },
    end: () => undefined,
  }
}

const ended: readonly StepLine['state'][] = ['done', 'failed', 'skipped']

/** Steps are known by their place, and none comes before one that was there. */
export function stepsToPrint(
  shown: readonly StepLine[],
  steps: readonly StepLine[],
  { isDetailDue }: { isDetailDue: boolean },
): StepLine[] {
  return steps.filter((step, place) => {
    const before = shown[place]
    if (ended.includes(step.state)) return before?.state !== step.state
    return step.state === 'running' && isDetailDue && before?.detail !== step.detail
  })
}
