import { formatDuration, listRelocations, type Relocation } from '@berth/contract'
import { z } from 'zod'
import { stateCell } from '../apps/app-cells.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { countFlag } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const relocations = defineCommand({
  usage: 'machines relocations',
  summary: 'List drains and rebalances, newest first',
  options: { '--limit <n>': 'how many, at most 200', ...jsonOption },
  args: z.strictObject({ limit: countFlag(200).optional(), json: z.boolean().default(false) }),

  async run({ limit, json }, context) {
    const found = await context.call(listRelocations, { query: { limit } })
    const { colors } = context.terminal
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print('Nothing has been drained or rebalanced yet.')
    else {
      printTable<Relocation>(found, context, [
        { title: 'KIND', cell: ({ kind }) => kind, isFixed: true },
        { title: 'MACHINE', cell: ({ machine }) => machine ?? '-' },
        { title: 'STATE', cell: ({ state }) => stateCell(state, colors), isFixed: true },
        { title: 'STARTED', cell: ({ createdAt }) => relativeTime(createdAt, nowMs), isFixed: true },
        { title: 'TOOK', cell: (relocation) => took(relocation) },
        { title: 'BY', cell: ({ requestedBy }) => requestedBy },
        { title: 'HOW', cell: ({ words, failure }) => failure?.message ?? words ?? '' },
      ])
    }
    return exitCode.ok
  },
})

const took = ({ createdAt, finishedAt }: Relocation) =>
  finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(createdAt)) : '-'
