import { PlatformError } from '@berth/contract'
import { plainText } from './plain-text.ts'
import type { Colors } from './terminal.ts'

/** One line that says what is wrong and, where there is one, a line that says what to do. */
export function describeError(error: unknown, colors: Colors): string[] {
  if (error instanceof PlatformError) return errorLines(error.message, error.hint, colors)
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [`${colors.red('error:')} berth itself failed`, ...text.split('\n').map(plainText)]
}

export function errorLines(message: string, hint: string | null | undefined, colors: Colors): string[] {
  const line = `${colors.red('error:')} ${plainText(message.replace(/\s*\n\s*/g, '; '))}`
  return hint ? [line, `${colors.cyan('hint:')} ${plainText(hint.replace(/\s*\n\s*/g, ' '))}`] : [line]
}
