import { type Backup, formatBytes, listBackups } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'backups ls',
  summary: 'List the backups, newest first',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listBackups, {})
    if (json) context.printJson(found)
    else if (found.length === 0) context.print('There is no backup yet. Write one: berth backups create')
    else {
      printBackups(found, context)
      context.note('On each machine they are in /var/lib/docker/volumes/berth-agent/_data/backups')
    }
    return exitCode.ok
  },
})

export function printBackups(backups: readonly Backup[], context: Context): void {
  const nowMs = context.now()
  printTable<Backup>(backups, context, [
    { title: 'BACKUP', cell: ({ name }) => name, isFixed: true },
    { title: 'WRITTEN', cell: ({ createdAt }) => relativeTime(createdAt, nowMs), isFixed: true },
    { title: 'SIZE', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isFixed: true },
    { title: 'ON', cell: ({ keptOn }) => keptOn.join(', ') },
  ])
}
