import { listWebhooks, type Webhook, type WebhookDelivery } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { describeOutcome } from './describe-outcome.ts'

export const ls = defineCommand({
  usage: 'webhooks ls <app>',
  summary: 'List the webhooks of an app, each with its last delivery',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, json: z.boolean().default(false) }),

  async run({ app, json }, context) {
    const found = await context.call(listWebhooks, { params: { app } })
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print(`None yet. Make one: berth webhooks add ${app} --git <url>`)
    else {
      printTable<Webhook>(found, context, [
        { title: 'ID', cell: ({ id }) => id, isFixed: true },
        { title: 'REPOSITORY', cell: ({ url }) => url },
        { title: 'BUILDS', cell: ({ branch, tags }) => (tags ? `${branch}, tags ${tags}` : branch) },
        { title: 'CALLED', cell: ({ lastDelivery }) => whenOf(lastDelivery, nowMs), isFixed: true },
        { title: 'RESULT', cell: ({ lastDelivery }) => (lastDelivery ? describeOutcome(lastDelivery) : '') },
      ])
      for (const webhook of found) if (wasRefusedLast(webhook)) context.note(refusalWords(webhook))
    }
    return exitCode.ok
  },
})

const whenOf = (last: WebhookDelivery | null, nowMs: number) => (last ? relativeTime(last.receivedAt, nowMs) : 'never')

const wasRefusedLast = ({ lastRefusedAt, lastDelivery }: Webhook) =>
  lastRefusedAt !== null && lastRefusedAt > (lastDelivery?.receivedAt ?? '')

const refusalWords = ({ id }: Webhook) =>
  `${id}: the last call was not signed with its secret, and was refused. Compare the secret that the forge has.`
