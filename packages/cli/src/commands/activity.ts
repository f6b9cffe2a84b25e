import { type ActivityEvent, listActivity } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { countFlag } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const activity = defineCommand({
  usage: 'activity',
  summary: 'List what happened, newest first',
  options: { '--limit <n>': 'how many, at most 500', ...jsonOption },
  args: z.strictObject({ limit: countFlag(500).optional(), json: z.boolean().default(false) }),

  async run({ limit, json }, context) {
    const events = await context.call(listActivity, { query: { limit } })
    const nowMs = context.now()
    if (json) context.printJson(events)
    else if (events.length === 0) context.print('Nothing has happened yet.')
    else {
      printTable<ActivityEvent>(events, context, [
        { title: 'WHEN', cell: ({ at }) => relativeTime(at, nowMs), isFixed: true },
        { title: 'WHO', cell: ({ actor }) => actor },
        { title: 'WHAT', cell: ({ kind }) => kind.replaceAll('_', ' ') },
        { title: 'APP', cell: ({ app }) => app ?? '-' },
        { title: 'DETAIL', cell: ({ detail }) => detail ?? '' },
      ])
    }
    return exitCode.ok
  },
})
