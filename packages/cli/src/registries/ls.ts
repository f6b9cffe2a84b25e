import { listRegistries, type Registry } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'registries ls',
  summary: 'List the registries outside that credentials are stored for',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listRegistries, {})
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print('None yet. Store some: berth registries add ghcr.io --username ann')
    else {
      printTable<Registry>(found, context, [
        { title: 'REGISTRY', cell: ({ host }) => host },
        { title: 'USER', cell: ({ username }) => username },
        { title: 'PROJECT', cell: ({ project }) => project ?? 'all' },
        { title: 'STORED', cell: ({ createdAt }) => relativeTime(createdAt, nowMs), isFixed: true },
        { title: 'BY', cell: ({ createdBy }) => createdBy },
        { title: 'ID', cell: ({ id }) => id },
      ])
    }
    return exitCode.ok
  },
})
