import type { Context } from '../command.ts'
import { plainText } from './plain-text.ts'
import type { Cell } from './table.ts'
import { padText, textWidth } from './text-width.ts'

/** One thing, a line for each of its fields: the name, dimmed, and the value. */
export function printFields(
  fields: readonly (readonly [name: string, value: Cell])[],
  { print, terminal: { colors } }: Pick<Context, 'print' | 'terminal'>,
): void {
  const width = Math.max(...fields.map(([name]) => textWidth(name)))
  for (const [name, value] of fields) print(`${colors.dim(padText(name, width))}  ${paint(value)}`)
}

const paint = (cell: Cell) => (typeof cell === 'object' ? cell.paint(plainText(cell.text)) : plainText(String(cell)))
