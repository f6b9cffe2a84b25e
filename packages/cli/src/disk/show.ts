import { type Disk, type DiskUse, formatBytes, getDisk, type MachineDisk } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { printRefusals } from './print-steps.ts'
import { useWords } from './words.ts'

export const show = defineCommand({
  usage: 'disk show',
  summary: 'What fills the disk of each machine, and what could go',
  options: { '--apps': 'each app by itself', ...jsonOption },
  args: z.strictObject({ apps: z.boolean().default(false), json: z.boolean().default(false) }),

  async run({ apps, json }, context) {
    const found = await context.call(getDisk, {})
    if (json) context.printJson(found)
    else {
      printMachines(found, context)
      context.print('')
      printUses(found, apps, context)
      printRefusals(found.refusals, context)
      context.note(lastWords(found, context))
    }
    return exitCode.ok
  },
})

const colors = { ok: 'green', warning: 'yellow', failed: 'red', unknown: 'dim' } as const

function printMachines({ machines }: Disk, context: Context) {
  const paint = context.terminal.colors
  printTable<MachineDisk>(machines, context, [
    { title: 'MACHINE', cell: ({ machine }) => machine, isFixed: true },
    { title: 'USED', cell: (disk) => ({ text: usedWords(disk), paint: paint[colors[disk.state]] }), isFixed: true },
    { title: 'OF', cell: ({ totalBytes }) => bytesOrNothing(totalBytes), isFixed: true },
    { title: 'FULL IN', cell: ({ daysLeft }) => (daysLeft === null ? '-' : `${Math.floor(daysLeft)} days`) },
    { title: 'BERTH', cell: ({ uses }) => formatBytes(sumOf(uses)) },
    { title: 'BUILD CACHE', cell: ({ buildCache }) => cacheWords(buildCache) },
    { title: 'REMOVABLE', cell: ({ removableBytes }) => formatBytes(removableBytes) },
  ])
}

const usedWords = ({ usedBytes, totalBytes }: MachineDisk) =>
  usedBytes === null || !totalBytes
    ? 'no answer'
    : `${formatBytes(usedBytes)} (${Math.round((usedBytes / totalBytes) * 100)} %)`

const cacheWords = (cache: MachineDisk['buildCache']) =>
  cache === null ? '-' : `${formatBytes(cache.sizeBytes)} of ${formatBytes(cache.budgetBytes)}`

const bytesOrNothing = (bytes: number | null) => (bytes === null ? '-' : formatBytes(bytes))

type Row = { machine: string; what: string; sizeBytes: number }

function printUses({ machines }: Disk, isByApp: boolean, context: Context) {
  const rows = machines.flatMap(({ machine, uses }) => rowsOf(machine, uses, isByApp))
  if (rows.length === 0) return
  printTable<Row>(rows, context, [
    { title: 'MACHINE', cell: ({ machine }) => machine, isFixed: true },
    { title: 'SIZE', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isFixed: true },
    { title: 'WHAT', cell: ({ what }) => what },
  ])
}

function rowsOf(machine: string, uses: readonly DiskUse[], isByApp: boolean): Row[] {
  if (isByApp) return uses.map((use) => ({ machine, what: useWords(use), sizeBytes: use.sizeBytes }))
  return [...Map.groupBy(uses, ({ kind }) => kind)]
    .map(([kind, own]) => ({ machine, what: useWords({ kind, app: null }), sizeBytes: sumOf(own) }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
}

const sumOf = (uses: readonly DiskUse[]) => uses.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

function lastWords({ cleanedAt, steps }: Disk, context: Context): string {
  const last = cleanedAt === null ? 'Not cleaned up yet.' : `Cleaned up ${relativeTime(cleanedAt, context.now())}.`
  return steps.length === 0 ? `${last} Nothing could go now.` : `${last} What could go now: berth disk clean --dry-run`
}
