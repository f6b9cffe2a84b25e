import { listTokens, type Token } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime, timeUntil } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'tokens ls',
  summary: 'List your tokens, newest first; for an admin of the platform those of everyone',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listTokens, {})
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print('No tokens yet. Make one: berth tokens create ci --access deploy')
    else {
      printTable<Token>(found, context, [
        { title: 'TOKEN', cell: ({ id }) => id, isFixed: true },
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'ACCESS', cell: ({ access }) => access, isFixed: true },
        { title: 'PROJECT', cell: ({ project }) => project ?? 'all' },
        {
          title: 'EXPIRES',
          cell: ({ expiresAt }) => (expiresAt ? timeUntil(expiresAt, nowMs) : 'never'),
          isFixed: true,
        },
        { title: 'USED', cell: ({ lastUsedAt }) => (lastUsedAt ? relativeTime(lastUsedAt, nowMs) : 'never') },
        { title: 'CREATED', cell: ({ createdAt }) => relativeTime(createdAt, nowMs) },
        { title: 'BY', cell: ({ createdBy }) => createdBy },
      ])
    }
    return exitCode.ok
  },
})
