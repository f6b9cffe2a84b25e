import { formatBytes, type ImageAnalysis } from '@berth/contract'
import type { Context } from '../command.ts'
import { plainText } from '../terminal/plain-text.ts'
import { printFields } from '../terminal/print-fields.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import type { Column } from '../terminal/table.ts'
import { sizeBar } from './size-bar.ts'

const mostRows = 10

export function printAnalysis(analysis: ImageAnalysis, context: Context): void {
  const { image, sizeBytes, efficiency, wastedBytes, user, createdAt } = analysis
  printFields(
    [
      ['Image', image],
      ['Size', `${formatBytes(sizeBytes)} unpacked, in ${analysis.layers.length} layers`],
      ['Efficiency', `${(efficiency * 100).toFixed(1)} %`],
      ['Wasted', formatBytes(wastedBytes)],
      ['Runs as', user ?? 'root'],
      ['Created', createdAt ? relativeTime(createdAt, context.now()) : '-'],
    ],
    context,
  )
  printLayers(analysis, context)
  printAdvice(analysis, context)
  printFiles(analysis, context)
}

function printLayers({ layers }: ImageAnalysis, context: Context) {
  const largest = Math.max(...layers.map(({ sizeBytes }) => sizeBytes), 1)
  title('Layers, oldest first', context)
  printTable(layers, context, [
    { title: 'SIZE', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isFixed: true },
    { title: '', cell: ({ sizeBytes }) => sizeBar(sizeBytes / largest), isFixed: true },
    { title: 'WASTED', cell: ({ wastedBytes }) => bytesOrDash(wastedBytes), isFixed: true },
    { title: 'FILES', cell: ({ files }) => files },
    { title: 'INSTRUCTION', cell: ({ command }) => command || '-' },
  ])
}

function printAdvice({ advice }: ImageAnalysis, context: Context) {
  const { print, terminal } = context
  title('Advice, each with what it would save by itself', context)
  if (advice.length === 0) print('None: nothing worth it was found')
  for (const { title: words, detail, savesBytes } of advice) {
    print(`${terminal.colors.bold(plainText(words))}: ${formatBytes(savesBytes)}`)
    print(`  ${plainText(detail)}`)
  }
}

function printFiles({ wastedFiles, leftovers, duplicates, largestFiles }: ImageAnalysis, context: Context) {
  printList('Wasted: overwritten or deleted by a later layer', wastedFiles, context, [
    { title: 'WASTED', cell: ({ wastedBytes }) => formatBytes(wastedBytes), isFixed: true },
    { title: 'LAYERS', cell: ({ layers }) => layers, isFixed: true },
    { title: 'PATH', cell: ({ path, isDeleted }) => `/${path}${isDeleted ? ' (deleted)' : ''}` },
  ])
  printList('Left over: not needed by what runs', leftovers, context, [
    { title: 'SIZE', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isFixed: true },
    { title: 'FILES', cell: ({ files }) => files, isFixed: true },
    { title: 'WHAT', cell: ({ kind }) => kind.replaceAll('_', ' '), isFixed: true },
    { title: 'WHERE', cell: ({ examples }) => examples.join(', ') },
  ])
  printList('Duplicates', duplicates, context, [
    { title: 'WASTED', cell: ({ wastedBytes }) => formatBytes(wastedBytes), isFixed: true },
    { title: 'COPIES', cell: ({ copies }) => copies, isFixed: true },
    { title: 'PATHS', cell: ({ paths }) => paths.map((path) => `/${path}`).join(', ') },
  ])
  printList('Largest files', largestFiles, context, [
    { title: 'SIZE', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isFixed: true },
    { title: 'LAYER', cell: ({ layer }) => layer + 1, isFixed: true },
    { title: 'PATH', cell: ({ path }) => `/${path}` },
  ])
}

function printList<Row>(name: string, rows: readonly Row[], context: Context, columns: readonly Column<Row>[]) {
  if (rows.length === 0) return
  title(rows.length > mostRows ? `${name} (the first ${mostRows}; --json has more)` : name, context)
  printTable(rows.slice(0, mostRows), context, columns)
}

function title(text: string, { print, terminal }: Context) {
  print('')
  print(terminal.colors.bold(text))
}

const bytesOrDash = (bytes: number) => (bytes === 0 ? '-' : formatBytes(bytes))
