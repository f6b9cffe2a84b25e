import { scaleApp } from '@berth/contract'
import { z } from 'zod'
import { waitUntilReady } from '../apps/wait-until-ready.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { appArgument, deadlineFlag, replicasFlag } from '../inputs/flags.ts'

export const scale = defineCommand({
  usage: 'scale <app> <replicas>',
  summary: 'Change the number of instances',
  options: { '--deadline <time>': 'how long to wait for them (2m)', ...jsonOption },
  examples: ['berth scale hello 3'],
  args: z.strictObject({
    app: appArgument,
    replicas: replicasFlag,
    deadline: deadlineFlag.default(120_000),
    json: z.boolean().default(false),
  }),

  async run({ app, replicas, deadline, json }, context) {
    await context.call(scaleApp, { params: { app }, body: { replicas } })
    return waitUntilReady(app, { deadlineMs: deadline, json }, context)
  },
})
