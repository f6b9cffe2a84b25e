import { PlatformError } from '@berth/contract'
import { CommanderError } from 'commander'
import type { z } from 'zod'
import { silence, silentLine } from './commander-line.ts'

/** What commander refuses, with the nearest that there is where it finds one, or else this hint. */
export function toUsageError(error: unknown, hint: string): PlatformError {
  if (!(error instanceof CommanderError)) throw error
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const found = /\((.*)\)/.exec(suggestion ?? '')?.[1]
  return new PlatformError('invalid_request', message, { hint: found ?? hint, cause: error })
}

/** For a word that is none of the names: commander finds the nearest one. */
export function unknownCommand(word: string, names: readonly string[], program = 'berth'): PlatformError {
  const line = silentLine(program)
  for (const name of names) silence(line.command(name))
  const hint = `See ${program} --help`
  try {
    line.parse([word], { from: 'user' })
  } catch (error) {
    return toUsageError(error, hint)
  }
  return new PlatformError('invalid_request', `unknown command '${word}'`, { hint })
}

/** What a schema refuses, each with its flag or operand as people write it. */
export function describeIssues(error: z.ZodError, operands: ReadonlySet<string>): string {
  const lines = error.issues.map(({ path: [key], message }) => {
    if (key === undefined) return message
    return `${operands.has(String(key)) ? String(key) : toFlag(String(key))}: ${message}`
  })
  return [...new Set(lines)].join('; ')
}

const toFlag = (key: string) => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
