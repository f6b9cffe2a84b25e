import { createDeployment } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { watchNewDeployment } from '../deployments/watch-deployment.ts'
import { appArgument } from '../inputs/flags.ts'

export const restart = defineCommand({
  usage: 'restart <app>',
  summary: 'Replace all instances by new ones of the same release',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, json: z.boolean().default(false) }),

  async run({ app, json }, context) {
    return watchNewDeployment(await context.call(createDeployment, { params: { app }, body: {} }), { json }, context)
  },
})
