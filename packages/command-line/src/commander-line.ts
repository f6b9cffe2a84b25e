import { Command as CommanderLine, Option } from 'commander'
import { type Declaration, nameOf } from './declaration.ts'

/** A command as commander reads it. It writes nothing and ends no process. */
export function buildLine({ usage, summary, details, options = {}, repeatable = [] }: Declaration): CommanderLine {
  const name = nameOf({ usage })
  const line = silentLine(`berth ${name}`).description(details ? `${summary}.\n\n${details}` : `${summary}.`)
  if (usage.includes('[options]')) line.usage(usage.slice(name.length + 1))
  for (const operand of operandsOf(usage.slice(name.length))) line.argument(operand)
  for (const [flags, text] of Object.entries(options)) {
    const option = new Option(flags, text)
    if (repeatable.some((key) => key === option.attributeName())) {
      option.argParser((value: string, before: string[] = []) => [...before, value])
    }
    line.addOption(option)
  }
  return line.allowExcessArguments(false)
}

const operandsOf = (usage: string) =>
  usage
    .replace(/\[options\].*/, '')
    .split(' ')
    .filter(Boolean)

export const silentLine = (program: string): CommanderLine => silence(new CommanderLine(program)).exitOverride()

export const silence = (line: CommanderLine): CommanderLine =>
  line.configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined })
