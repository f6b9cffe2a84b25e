import type { Context } from '../command.ts'
import { type Column, renderTable } from './table.ts'

export function printTable<Row>(
  rows: readonly Row[],
  { print, terminal }: Pick<Context, 'print' | 'terminal'>,
  columns: readonly Column<Row>[],
): void {
  const lines = renderTable(columns, rows, { width: terminal.width(), paintTitle: terminal.colors.dim })
  print(lines.join('\n'))
}
