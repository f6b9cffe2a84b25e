import pc from 'picocolors'
import type { Config } from '../config.ts'

export type Colors = ReturnType<typeof pc.createColors>

export interface Terminal {
  colors: Colors
  /** False for pipes, files and dumb terminals: then nothing is ever drawn over. */
  isLive: boolean
  isColored: boolean
  /** Columns, without bound where there is no terminal. */
  width(): number
  height(): number
  write(text: string): void
}

/** What a text is written to: a terminal, a pipe, or the memory of a test. */
export interface Output {
  isTTY?: boolean | undefined
  columns?: number | undefined
  rows?: number | undefined
  write(text: string): unknown
}

export function openTerminal(stream: Output, { color, isDumbTerminal }: Config): Terminal {
  const isLive = stream.isTTY === true && !isDumbTerminal
  const isColored = color === 'always' || (color === 'auto' && isLive)
  return {
    colors: pc.createColors(isColored),
    isLive,
    isColored,
    width: () => (stream.isTTY && stream.columns) || Number.POSITIVE_INFINITY,
    height: () => (stream.isTTY && stream.rows) || Number.POSITIVE_INFINITY,
    write: (text) => void stream.write(text),
  }
}
