import { listDeliveries, type WebhookDelivery } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { describeOutcome } from './describe-outcome.ts'
import { findWebhook } from './find-webhook.ts'

export const deliveries = defineCommand({
  usage: 'webhooks deliveries <app> [webhook]',
  summary: 'List what a webhook was called with, newest first',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, webhook: z.string().optional(), json: z.boolean().default(false) }),

  async run({ app, webhook, json }, context) {
    const { id } = await findWebhook(app, webhook, context)
    const found = await context.call(listDeliveries, { params: { app, webhookId: id }, query: {} })
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print('It was not called yet')
    else {
      printTable<WebhookDelivery>(found, context, [
        { title: 'CALLED', cell: ({ receivedAt }) => relativeTime(receivedAt, nowMs), isFixed: true },
        { title: 'EVENT', cell: ({ event }) => event },
        { title: 'RESULT', cell: describeOutcome },
        { title: 'DELIVERY', cell: ({ id }) => id },
      ])
    }
    return exitCode.ok
  },
})
