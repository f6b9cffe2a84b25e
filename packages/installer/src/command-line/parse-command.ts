import { PlatformError } from '@berth/contract'
import { CommanderError, Command as CommandLine, Option } from 'commander'
import type { z } from 'zod'
import { type Command, nameOf } from './command.ts'

/** Arguments that passed the command's schema, or the help that was asked for instead. */
export type Parsed = { args: Record<string, unknown> } | { help: string }

export function parseCommand(command: Command, words: readonly string[]): Parsed {
  const line = buildCommandLine(command)
  try {
    line.parse([...words], { from: 'user' })
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
  const given = Object.entries({ ...operands, ...line.opts() }).filter(([, value]) => value !== undefined)
  const parsed = command.args.safeParse(Object.fromEntries(given))
  if (parsed.success) return { args: parsed.data }
  throw new PlatformError('invalid_request', describeIssues(parsed.error, new Set(Object.keys(operands))), {
    hint: `See berth ${nameOf(command)} --help`,
  })
}

export const helpOf = (command: Command): string => {
  const text = (command.examples ?? []).map((example) => `  ${example}`).join('\n')
  const information = buildCommandLine(command).helpInformation().trimEnd()
  return text ? `${information}\n\nExamples:\n${text}` : information
}

/** For a word that is none of the names: commander finds the nearest one. */
export function unknownCommand(word: string, names: readonly string[], program: string): PlatformError {
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

function buildCommandLine(command: Command): CommandLine {
  const { usage, summary, details, options = {} } = command
  const name = nameOf(command)
  const operands = usage
    .slice(name.length)
    .replace(/\[options\].*/, '')
    .split(' ')
    .filter(Boolean)
  const line = silent(new CommandLine(`berth ${name}`)).description(
    details ? `${summary}.\n\n${details}` : `${summary}.`,
  )
  for (const operand of operands) line.argument(operand)
  for (const [flags, text] of Object.entries(options)) line.addOption(new Option(flags, text))
  return line.allowExcessArguments(false).exitOverride()
}

const silent = (line: CommandLine) =>
  line.configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined })

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
