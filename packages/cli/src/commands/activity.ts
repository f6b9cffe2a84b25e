import { type ActivityEvent, listActivity } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument, countFlag } from '../inputs/flags.ts'
import { plainText } from '../terminal/plain-text.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const activity = defineCommand({
  usage: 'activity',
  summary: 'List what happened, newest first',
  options: {
    '--app <app>': 'what happened to this app',
    '--limit <n>': 'how many, at most 500 (50)',
    '--before <id>': 'only what is older than the event of this id',
    ...jsonOption,
  },
  args: z.strictObject({
    app: appArgument.optional(),
    limit: countFlag(500).default(50),
    before: z.string().max(64, 'use an id as --json shows it').optional(),
    json: z.boolean().default(false),
  }),

  async run({ app, limit, before, json }, context) {
    const events = await context.call(listActivity, { query: { limit, app, before } })
    const nowMs = context.now()
    if (json) context.printJson(events)
    else if (events.length === 0) context.print(before ? 'Nothing happened before that.' : 'Nothing has happened yet.')
    else {
      printTable<ActivityEvent>(events, context, [
        { title: 'WHEN', cell: ({ at }) => relativeTime(at, nowMs), isFixed: true },
        { title: 'WHO', cell: ({ actor }) => actor },
        { title: 'WHAT', cell: ({ kind }) => kind.replaceAll('_', ' ') },
        { title: 'PROJECT', cell: ({ project }) => project ?? '-' },
        { title: 'APP', cell: ({ app }) => app ?? '-' },
        { title: 'DETAIL', cell: ({ detail }) => detail ?? '' },
      ])
      const oldest = events.at(-1)
      if (oldest && events.length === limit) context.note(`Older: berth activity ${olderFlags(oldest.id, app)}`)
    }
    return exitCode.ok
  },
})

const olderFlags = (id: string, app: string | undefined) =>
  [...(app ? ['--app', app] : []), '--before', plainText(id)].join(' ')
