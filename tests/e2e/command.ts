import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Outcome } from './platform.ts'

const main = join(import.meta.dirname, '../../packages/cli/src/main.ts')

export interface Command {
  /** The first group of the pattern, once standard output has it. */
  says(pattern: RegExp): Promise<string>
  ended: Promise<Outcome>
  child: ChildProcess
}

/** `berth ...` of somebody else than the one who installed: with an own home, and nothing of this process' environment. */
export function startCommand(words: readonly string[], home: string, env: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, ['--', main, ...words], {
    env: { HOME: home, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const outcome: Outcome = { code: -1, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    outcome.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    outcome.stderr += text
  })
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ ...outcome, code: code ?? 255 }))
  })

  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(outcome.stdout)
        if (found) resolve(found[1] ?? '')
      }
      child.stdout.on('data', look)
      look()
      ended.then(({ stdout, stderr }) => reject(new Error(`Ended without ${pattern}:\n${stdout}${stderr}`)))
    })

  return { says, ended, child }
}
