import type { Terminal } from './terminal.ts'

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const eraseToEnd = '\x1b[J'
const eraseLine = '\x1b[K'

export interface LiveLines {
  draw(lines: readonly string[]): void
  /** Leaves the last lines where they are. */
  end(): void
}

/** Lines at the bottom of the terminal that are drawn over. The caller cuts them to the terminal's width. */
export function liveLines({ write }: Pick<Terminal, 'write'>): LiveLines {
  let drawn: readonly string[] = []

  function draw(lines: readonly string[]) {
    if (lines.length === drawn.length && lines.every((line, index) => line === drawn[index])) return
    const start = drawn.length === 0 ? hideCursor : `\x1b[${drawn.length}A\r`
    // Written over line by line, and in one piece: an erased screen would flicker.
    write(`${start}${lines.map((line) => `${line}${eraseLine}\n`).join('')}${eraseToEnd}`)
    drawn = lines
  }

  function end() {
    if (drawn.length > 0) write(showCursor)
    drawn = []
  }

  return { draw, end }
}
