import { formatDuration } from '@berth/contract'
import type { Context } from '../command.ts'
import { liveLines } from '../terminal/live-lines.ts'
import { cutText } from '../terminal/text-width.ts'

const frameMs = 1000

/** A line that says what is waited for and how long it has been; without a terminal, once for each thing said. */
export function openWaiting({ terminal, print, now }: Pick<Context, 'terminal' | 'print' | 'now'>) {
  const lines = liveLines(terminal)
  const startMs = now()
  let text = ''
  const draw = () => {
    const line = `  › ${text}, ${formatDuration(now() - startMs).replace(/\.\d/, '')}; Ctrl-C gives up`
    lines.draw([cutText(line, terminal.width())])
  }
  const timer = terminal.isLive ? setInterval(draw, frameMs) : undefined

  function show(words: string) {
    const isNew = words !== text
    text = words
    if (terminal.isLive) draw()
    else if (isNew) print(`${words} ...`)
  }

  function end() {
    clearInterval(timer)
    lines.end()
  }

  return { show, end }
}
