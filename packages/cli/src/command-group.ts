import { nameOf, unknownCommand } from '@berth/command-line'
import { PlatformError } from '@berth/contract'
import type { Command, CommandGroup } from './command.ts'
import { padText } from './terminal/text-width.ts'

export type Chosen = { command: Command; words: readonly string[] } | { help: string }

/** The command of a group that the words ask for, and the words that are left for it. */
export function chooseCommand(group: CommandGroup, words: readonly string[]): Chosen {
  const [word, ...rest] = words
  if (word === '--help' || word === '-h') return { help: groupHelpOf(group) }
  const named = word !== undefined && Object.hasOwn(group.commands, word) ? group.commands[word] : undefined
  if (named) return { command: named, words: rest }
  const first = firstOf(group)
  if (word !== undefined && Object.hasOwn(group.onMachines ?? {}, word)) throw elsewhere(`${group.name} ${word}`)
  if (word === undefined || word.startsWith('-') || takesOperands(first)) return { command: first, words }
  const names = [...Object.keys(group.commands), ...Object.keys(group.onMachines ?? {})]
  throw unknownCommand(word, names, `berth ${group.name}`)
}

const elsewhere = (command: string) =>
  new PlatformError('invalid_request', `berth ${command} needs more than the API`, {
    hint: `On a machine of the cluster, in the folder of Berth: ./berth ${command}`,
  })

export function groupHelpOf(group: CommandGroup): string {
  const rows = Object.values(group.commands).map(({ usage, summary }) => [usage.replace(/ \[options\].*/, ''), summary])
  const others = Object.entries(group.onMachines ?? {}).map(([word, summary]) => [`${group.name} ${word}`, summary])
  const width = Math.max(...[...rows, ...others].map(([usage = '']) => usage.length))
  const show = ([usage = '', summary]: (string | undefined)[]) => `  ${padText(usage, width)}  ${summary}`
  return [
    `Usage: berth ${group.name} <command> [options]`,
    '',
    `${group.summary}.`,
    ...(group.details ? ['', group.details] : []),
    '',
    'Commands:',
    ...rows.map(show),
    ...(others.length > 0 ? ['', 'By ./berth, on a machine of the cluster:', ...others.map(show)] : []),
    '',
    `Without a command: berth ${nameOf(firstOf(group))}. berth ${group.name} <command> --help shows its options.`,
  ].join('\n')
}

function firstOf({ name, commands }: CommandGroup): Command {
  const [first] = Object.values(commands)
  if (!first) throw new Error(`The group ${name} has no commands`)
  return first
}

const takesOperands = ({ usage }: Command) => usage.includes('<')
