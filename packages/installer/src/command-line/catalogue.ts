import { helpOf, nameOf, parseWords, unknownCommand } from '@berth/command-line'
import type { PlatformError } from '@berth/contract'
import { down } from '../commands/down.ts'
import { join } from '../commands/join.ts'
import { machinesAdd } from '../commands/machines-add.ts'
import { machinesCreate } from '../commands/machines-create.ts'
import { machinesEnv } from '../commands/machines-env.ts'
import { machinesRm } from '../commands/machines-rm.ts'
import { machinesStart } from '../commands/machines-start.ts'
import { machinesStop } from '../commands/machines-stop.ts'
import { quickstart } from '../commands/quickstart.ts'
import { restore } from '../commands/restore.ts'
import { up } from '../commands/up.ts'
import type { Command } from './command.ts'

/** In the order in which the help shows them. */
const groups: readonly { title: string; commands: readonly Command[] }[] = [
  { title: 'This machine', commands: [up, quickstart, down, join, restore] },
  { title: 'Machines', commands: [machinesAdd, machinesRm] },
  {
    title: 'Machines in containers, on this computer',
    commands: [machinesCreate, machinesStop, machinesStart, machinesEnv],
  },
]
const commands = groups.flatMap((group) => group.commands)

export type Chosen = { command: Command; args: Record<string, unknown> } | { help: string }

/** What the words ask for; throws where they ask for nothing that there is. */
export function choose(words: readonly string[]): Chosen {
  const [first, ...rest] = words
  if (first === undefined || isHelp(first)) return { help: rest.length > 0 ? helpFor(rest) : renderHelp() }
  const isGroup = commands.some((it) => nameOf(it).startsWith(`${first} `))
  if (isGroup && (rest[0] === undefined || isHelp(rest[0]))) return { help: renderHelp(first) }
  const name = isGroup ? `${first} ${rest[0]}` : first
  const command = commands.find((it) => nameOf(it) === name)
  if (!command) throw notThere(name)
  const parsed = parseWords(command, isGroup ? rest.slice(1) : rest)
  return 'help' in parsed ? parsed : { command, args: parsed.args }
}

const isHelp = (word: string) => ['help', '--help', '-h'].includes(word)

function helpFor(words: readonly string[]): string {
  const command = commands.find((it) => nameOf(it) === words.join(' '))
  return command ? helpOf(command) : renderHelp(words[0])
}

function notThere(name: string): PlatformError {
  const [first = '', second] = name.split(' ')
  const within = second === undefined ? '' : `${first} `
  const names = commands.map(nameOf).filter((it) => it.startsWith(within))
  const last = names.map((it) => it.slice(within.length).split(' ')[0] ?? '')
  return unknownCommand(second ?? first, [...new Set(last)], `berth ${within}`.trim())
}

/** Of all commands, or of those whose first word this is. */
export function renderHelp(first?: string): string {
  const shown = groups
    .map(({ title, commands: all }) => ({ title, commands: all.filter((it) => isWithin(it, first)) }))
    .filter(({ commands: some }) => some.length > 0)
  const rows = shown.flatMap((group) => group.commands.map(({ usage }) => usage.length))
  const width = Math.max(22, ...rows)
  return [
    `Usage: berth ${first ? `${first} ` : ''}<command> [options]`,
    '',
    ...shown.flatMap(({ title, commands: some }) => [
      title,
      ...some.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`),
      '',
    ]),
    `berth ${first ? `${first} ` : ''}<command> --help shows the options of a command.`,
  ].join('\n')
}

const isWithin = (command: Command, first: string | undefined) =>
  first === undefined || nameOf(command).startsWith(`${first} `)
