import { randomBytes } from 'node:crypto'
import {
  addWebhook,
  deliverPush,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  type Webhook,
  type WebhookDelivery,
} from '@berth/contract'
import { handle } from '../http/endpoint-handler.ts'
import { type DeliveryDeps, deliver } from './delivery.ts'
import type { DeliveryRow, WebhookRow } from './webhook-row.ts'

type Deps = DeliveryDeps & {
  /** Where a forge finds the webhook. */
  addressOf(webhookId: string): string
}

export const webhookApi = (deps: Deps) => {
  const { webhooks, apps, activity, addressOf } = deps

  async function view(row: WebhookRow): Promise<Webhook> {
    const [last] = await webhooks.listDeliveries(row.id, 1)
    const { id, app, url, branch, tags, options, createdBy, createdAtMs, refusedAtMs } = row
    return {
      ...{ id, app, url, branch, tags, createdBy },
      folder: options.folder ?? null,
      address: addressOf(id),
      createdAt: new Date(createdAtMs).toISOString(),
      lastDelivery: last ? viewDelivery(last) : null,
      lastRefusedAt: refusedAtMs === null ? null : new Date(refusedAtMs).toISOString(),
    }
  }

  return [
    handle(listWebhooks, async ({ params: { app } }) => {
      await apps.get(app)
      return Promise.all((await webhooks.list(app)).map(view))
    }),

    handle(addWebhook, async ({ params: { app }, body, caller }) => {
      const { project } = await apps.get(app)
      const secret = randomBytes(32).toString('base64url')
      const row = await webhooks.add({ ...body, app, secret, createdBy: caller.name })
      await activity.add({ actor: caller.name, kind: 'webhook_added', app, project, detail: describe(row) })
      return { webhook: await view(row), secret }
    }),

    handle(listDeliveries, async ({ params: { app, webhookId }, query: { limit } }) => {
      const { id } = await webhooks.get(app, webhookId)
      return (await webhooks.listDeliveries(id, limit)).map(viewDelivery)
    }),

    handle(removeWebhook, async ({ params: { app, webhookId }, caller }) => {
      const { project } = await apps.get(app)
      const row = await webhooks.get(app, webhookId)
      await webhooks.remove(row.id)
      await activity.add({ actor: caller.name, kind: 'webhook_removed', app, project, detail: describe(row) })
      return { removed: true as const }
    }),

    handle(deliverPush, ({ params: { hook }, headers, bytes, address }) =>
      deliver({ hook, address, headers, bytes }, deps),
    ),
  ]
}

const describe = ({ url, branch }: WebhookRow) => `${url} at ${branch}`

function viewDelivery({ receivedAtMs, commitId, buildId, buildState, ...row }: DeliveryRow): WebhookDelivery {
  const { id, deliveryId, event, ref, pushedBy, outcome, words } = row
  return {
    ...{ id: deliveryId ?? id, event, ref, pushedBy, outcome, words },
    receivedAt: new Date(receivedAtMs).toISOString(),
    commit: commitId,
    build: buildId && buildState ? { id: buildId, state: buildState } : null,
  }
}
