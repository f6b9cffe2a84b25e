import { plainText } from './plain-text.ts'
import { cutText, textWidth } from './text-width.ts'

export type Paint = (text: string) => string

/** A cell's text is made harmless here; `paint` colours what is left. */
export type Cell = string | number | { text: string; paint: Paint }

export interface Column<Row> {
  title: string
  cell(row: Row): Cell
  /** Keeps its whole text when the terminal is too narrow, as an id that one copies must. */
  isFixed?: boolean
}

const gap = 2
const narrowest = 6

/** Aligned lines, no wider than `width`: the widest columns give way first, then the last ones are left out. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, paintTitle = (text) => text }: { width: number; paintTitle?: Paint },
): string[] {
  const titles = columns.map(({ title }) => ({ text: title, paint: paintTitle }))
  const lines = [titles, ...rows.map((row) => columns.map((column) => toCell(column.cell(row))))]
  const widths = fitWidths(
    columns.map(({ isFixed = false }, index) => ({
      isFixed,
      width: Math.max(...lines.map((line) => textWidth(line[index]?.text ?? ''))),
    })),
    width,
  )
  return lines.map((line) =>
    widths
      .map((each, index) => renderCell(line[index], each))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

type PaintedText = { text: string; paint: Paint }

function toCell(cell: Cell): PaintedText {
  if (typeof cell === 'object') return { text: plainText(cell.text), paint: cell.paint }
  return { text: plainText(String(cell)), paint: (text) => text }
}

const renderCell = ({ text, paint }: PaintedText = { text: '', paint: (text) => text }, width: number) => {
  const cut = cutText(text, width)
  return `${cut === '' ? '' : paint(cut)}${' '.repeat(width - textWidth(cut))}`
}

type Wanted = { width: number; isFixed: boolean }

function fitWidths(columns: readonly Wanted[], width: number): number[] {
  const widths = columns.map((column) => column.width)
  let excess = widths.reduce((sum, each) => sum + each, gap * (widths.length - 1)) - width
  while (excess > 0) {
    const flexible = widths.map((each, index) => (columns[index]?.isFixed ? 0 : each))
    const widest = Math.max(...flexible)
    if (widest <= narrowest) break
    widths[flexible.indexOf(widest)] = widest - 1
    excess -= 1
  }
  if (excess <= 0) return widths
  return columns.length > 1 ? fitWidths(columns.slice(0, -1), width) : [width]
}
