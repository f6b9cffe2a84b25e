import { removeWebhook } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { findWebhook } from './find-webhook.ts'

export const rm = defineCommand({
  usage: 'webhooks rm <app> [webhook]',
  summary: 'Remove a webhook; what it began goes on',
  args: z.strictObject({ app: appArgument, webhook: z.string().optional() }),

  async run({ app, webhook }, context) {
    const { id, url } = await findWebhook(app, webhook, context)
    await context.call(removeWebhook, { params: { app, webhookId: id } })
    context.print(`Pushes to ${url} are not built any more`)
    return exitCode.ok
  },
})
