import type { WriteStream } from 'node:tty'
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

export function openTerminal(stream: WriteStream, { color, isDumbTerminal }: Config): Terminal {
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
