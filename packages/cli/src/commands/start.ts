import { startApp } from '@berth/contract'
import { z } from 'zod'
import { waitUntilReady } from '../apps/wait-until-ready.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { appArgument, deadlineFlag } from '../inputs/flags.ts'

export const start = defineCommand({
  usage: 'start <app>',
  summary: 'Start a stopped app and wait until it is up',
  options: { '--deadline <time>': 'how long to wait for it (2m)', ...jsonOption },
  args: z.strictObject({
    app: appArgument,
    deadline: deadlineFlag.default(120_000),
    json: z.boolean().default(false),
  }),

  async run({ app, deadline, json }, context) {
    await context.call(startApp, { params: { app } })
    return waitUntilReady(app, { deadlineMs: deadline, json }, context)
  },
})
