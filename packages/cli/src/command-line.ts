import { PlatformError } from '@berth/contract'
import { CommanderError, Command as CommandLine, Option } from 'commander'
import type { z } from 'zod'
import type { Command } from './command.ts'

/** Arguments that passed the command's schema, or the help that was asked for instead. */
export type Parsed = { args: Record<string, unknown> } | { help: string }

export function parseCommandLine(command: Command, words: readonly string[]): Parsed {
  const [own, rest] = splitRest(command, words)
  const line = buildCommandLine(command)
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

/** The words before the first operand or "[options]": "scale", "tokens create". */
export const nameOf = ({ usage }: Pick<Command, 'usage'>): string => /^[a-z-]+(?: [a-z-]+)*/.exec(usage)?.[0] ?? usage

export const helpOf = (command: Command): string => buildCommandLine(command).helpInformation().trimEnd()

/** For a word that is none of the names: commander finds the nearest one. */
export function unknownCommand(word: string, names: readonly string[], program = 'berth'): PlatformError {
  const line = silent(new CommandLine(program)).exitOverride()
  for (const name of names) silent(line.command(name))
  const hint = `See ${program} --help`
  try {
    line.parse([word], { from: 'user' })
  } catch (error) {
    return toUsageError(error, hint)
  }
  return new PlatformError('invalid_request', `unknown command '${word}'`, { hint })
}

function buildCommandLine({ usage, summary, details, options = {}, repeatable = [], examples = [] }: Command) {
  const name = nameOf({ usage })
  const operands = usage
    .slice(name.length)
    .replace(/\[options\].*/, '')
    .split(' ')
    .filter(Boolean)
  const line = silent(new CommandLine(`berth ${name}`)).description(
    details ? `${summary}.\n\n${details}` : `${summary}.`,
  )
  if (usage.includes('[options]')) line.usage(usage.slice(name.length + 1))
  for (const operand of operands) line.argument(operand)
  for (const [flags, text] of Object.entries(options)) {
    const option = new Option(flags, text)
    if (repeatable.some((key) => key === option.attributeName())) {
      option.argParser((value: string, before: string[] = []) => [...before, value])
    }
    line.addOption(option)
  }
  line.allowExcessArguments(false).exitOverride()
  return withExamples(line, examples)
}

function withExamples(line: CommandLine, examples: readonly string[]): CommandLine {
  const information = line.helpInformation.bind(line)
  const text = examples.map((example) => `  ${example}`).join('\n')
  line.helpInformation = (context) => (text ? `${information(context)}\nExamples:\n${text}\n` : information(context))
  return line
}

const silent = (line: CommandLine) =>
  line.configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined })

/** `-- words` belong to the program that is deployed, whatever they look like. */
function splitRest({ rest }: Command, words: readonly string[]): [own: string[], rest: string[]] {
  const at = rest ? words.indexOf('--') : -1
  return at < 0 ? [[...words], []] : [words.slice(0, at), words.slice(at + 1)]
}

function toUsageError(error: unknown, hint: string): PlatformError {
  if (!(error instanceof CommanderError)) throw error
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const found = /\((.*)\)/.exec(suggestion ?? '')?.[1]
  return new PlatformError('invalid_request', message, { hint: found ?? hint, cause: error })
}

function describeIssues(error: z.ZodError, operands: ReadonlySet<string>): string {
  const lines = error.issues.map(({ path: [key], message }) => {
    if (key === undefined) return message
    return `${operands.has(String(key)) ? String(key) : toFlag(String(key))}: ${message}`
  })
  return [...new Set(lines)].join('; ')
}

const toFlag = (key: string) => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
