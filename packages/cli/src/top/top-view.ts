import type { StatsEvent } from '@berth/contract'
import type { Context } from '../command.ts'
import { liveLines } from '../terminal/live-lines.ts'
import { cutText } from '../terminal/text-width.ts'
import { cpuHistory } from './cpu-history.ts'
import { type TopTable, type TopView, topTables } from './top-rows.ts'

export interface TopScreen {
  show(event: StatsEvent): void
  /** The connection is gone; the next `show` means that it is back. */
  lost(): void
  end(): void
}

const historySeconds = 60

/** Drawn over in a terminal; else every second as lines that begin with its time. */
export function openTopScreen(view: TopView, context: Pick<Context, 'print' | 'note' | 'terminal'>): TopScreen {
  const { print, note, terminal } = context
  if (!terminal.isLive) {
    return {
      show: (event) => print(`${event.at}\n${renderAll(topTables(event, undefined, view), terminal).join('\n')}\n`),
      lost: () => note('Berth does not answer; trying again'),
      end: () => undefined,
    }
  }
  const history = cpuHistory(historySeconds)
  const lines = liveLines(terminal)
  let shown: string[] = []
  return {
    show(event) {
      history.add(event)
      shown = fitHeight(renderAll(topTables(event, history, view), terminal), terminal.height())
      lines.draw(shown)
    },
    lost() {
      const words = cutText('Berth does not answer; trying again', terminal.width())
      lines.draw([...shown.slice(0, Math.max(0, terminal.height() - 2)), terminal.colors.yellow(words)])
    },
    end: lines.end,
  }
}

function renderAll(tables: readonly TopTable[], { width, colors }: Context['terminal']): string[] {
  const rendered = tables.map((table) => table({ width: width(), paintTitle: colors.dim }))
  const filled = rendered.filter((lines) => lines.length > 0)
  if (filled.length === 0) return ['Nothing is measured yet.']
  return filled.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
}

/** What scrolls out of the window could not be drawn over. */
function fitHeight(lines: string[], height: number): string[] {
  if (lines.length < height) return lines
  const kept = Math.max(1, height - 2)
  return [...lines.slice(0, kept), `... ${lines.length - kept} more lines; make the window higher, or use --once`]
}
