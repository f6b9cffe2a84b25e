import { PlatformError } from '@berth/contract'
import { CommanderError } from 'commander'
import { buildLine } from './commander-line.ts'
import { type Declaration, nameOf } from './declaration.ts'
import { describeIssues, toUsageError } from './usage-error.ts'

/** Arguments that passed the command's schema, or the help that was asked for instead. */
export type Parsed = { args: Record<string, unknown> } | { help: string }

export function parseWords(command: Declaration, words: readonly string[]): Parsed {
  const [own, rest] = splitRest(command, words)
  const line = buildLine(command)
  try {
    line.parse(own, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.helpDisplayed') return { help: helpOf(command) }
    throw toUsageError(error, `See berth ${nameOf(command)} --help`)
  }
  const operands = Object.fromEntries(
    line.registeredArguments.map((argument, index) => [
      argument.name(),
      argument.variadic ? line.args.slice(index) : line.args[index],
    ]),
  )
  const raw = { ...operands, ...line.opts(), ...(command.rest && rest.length > 0 ? { [command.rest]: rest } : {}) }
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined))
  const parsed = command.args.safeParse(given)
  if (parsed.success) return { args: parsed.data }
  throw new PlatformError('invalid_request', describeIssues(parsed.error, new Set(Object.keys(operands))))
}

export function helpOf(command: Declaration): string {
  const information = buildLine(command).helpInformation().trimEnd()
  const examples = (command.examples ?? []).map((example) => `  ${example}`)
  return examples.length > 0 ? [information, '', 'Examples:', ...examples].join('\n') : information
}

/** `-- words` belong to the program that is deployed, whatever they look like. */
function splitRest({ rest }: Declaration, words: readonly string[]): [own: string[], rest: string[]] {
  const at = rest ? words.indexOf('--') : -1
  return at < 0 ? [[...words], []] : [words.slice(0, at), words.slice(at + 1)]
}
