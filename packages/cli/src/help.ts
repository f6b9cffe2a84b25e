import { commandGroups, loadCommand, wrapperCommands, wrapperSubcommands } from './catalogue.ts'
import { type Command, type CommandGroup, isGroup } from './command.ts'
import type { Colors } from './terminal/terminal.ts'
import { padText } from './terminal/text-width.ts'

const examples = [
  ['berth deploy --image nginx:stable --port 80 --name hello', 'deploy an image'],
  ['berth logs hello -f', 'follow what it writes'],
  ['berth rollback hello', 'go back to the release before'],
]

const exits = 'Exit codes: 0 done, 1 failed, 2 asked in the wrong way, 3 Berth cannot be reached, 130 interrupted.'

type Section = { title: string; rows: string[][] }

export async function renderHelp(colors: Colors): Promise<string> {
  const groups = commandGroups.map(async ({ title, names }): Promise<Section> => {
    const commands = await Promise.all(names.map(loadCommand))
    return { title, rows: commands.map(toRow) }
  })
  const sections = [
    ...(await Promise.all(groups)),
    { title: 'This machine', rows: Object.entries({ ...wrapperCommands, ...wrapperSubcommands }) },
    { title: 'Examples', rows: examples },
  ]
  return [
    `${colors.bold('Usage:')} berth <command> [options]`,
    '',
    ...sections.flatMap((section) => [...renderSection(section, colors), '']),
    'berth <command> --help shows the options of a command, and the commands behind "...". Listings take --json.',
    exits,
  ].join('\n')
}

const toRow = (entry: Command | CommandGroup) => [
  isGroup(entry) ? `${entry.name} ...` : entry.usage.replace(/ \[options\].*/, ''),
  entry.summary,
]

function renderSection({ title, rows }: Section, colors: Colors): string[] {
  const width = Math.max(22, ...rows.map(([name = '']) => name.length))
  return [colors.bold(title), ...rows.map(([name = '', text = '']) => `  ${padText(name, width)}  ${colors.dim(text)}`)]
}
