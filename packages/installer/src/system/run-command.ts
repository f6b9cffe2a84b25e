import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { PlatformError } from '@berth/contract'

export type CommandOptions = {
  cwd?: string
  onLine?(line: string): void
  /** How much of what it said last is in the error when it fails. */
  shownLines?: number
  signal?: AbortSignal
}

/** Runs a program to its end and answers with its output. */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...rest] = argv
  const { cwd, onLine, shownLines = 15, signal } = options
  const child = spawn(program, rest, { cwd, signal, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  const lastLines: string[] = []

  function hear(line: string) {
    lastLines.push(line)
    if (lastLines.length > shownLines) lastLines.shift()
    onLine?.(line)
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.push(line)
    hear(line)
  })
  createInterface({ input: child.stderr }).on('line', hear)

  const exit = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', (cause) => reject(cannotStart(program, cause)))
    child.once('close', (code, killedBy) => resolve(killedBy ?? code))
  })
  if (exit === 0) return output.join('\n')
  throw new PlatformError('internal', `${argv.join(' ')} ended with ${exit}:\n${lastLines.join('\n')}`)
}

function cannotStart(program: string, cause: Error): Error {
  if (!('code' in cause) || cause.code !== 'ENOENT') return cause
  return new PlatformError('internal', `${program} is not installed`, { cause })
}
