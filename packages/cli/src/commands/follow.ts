import { listDeployments, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { watchDeployment } from '../deployments/watch-deployment.ts'
import { appArgument } from '../inputs/flags.ts'

export const follow = defineCommand({
  usage: 'follow <app>',
  summary: 'Follow the newest deployment of an app',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, json: z.boolean().default(false) }),

  async run({ app, json }, context) {
    const [newest] = await context.call(listDeployments, { params: { app }, query: { limit: 1 } })
    if (!newest) throw new PlatformError('deployment_not_found', `${app} has not been deployed yet`)
    return watchDeployment(newest, { json }, context)
  },
})
