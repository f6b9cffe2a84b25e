import {
  addWebhook,
  deliverPush,
  listDeliveries,
  listWebhooks,
  PlatformError,
  removeWebhook,
  type Webhook,
  type WebhookDelivery,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { getSample } from './app-answers.ts'
import type { World } from './world.ts'

const webhooksOf = new WeakMap<World, Webhook[]>()

function webhooksIn(world: World): Webhook[] {
  const found = webhooksOf.get(world) ?? []
  webhooksOf.set(world, found)
  return found
}

const ofApp = (world: World, app: string) => {
  getSample(world, app)
  return webhooksIn(world).filter((webhook) => webhook.app === app)
}

function getOne(world: World, { app, webhookId }: { app: string; webhookId: string }): Webhook {
  const found = ofApp(world, app).find(({ id }) => id === webhookId)
  if (!found) throw notFound('webhook_not_found', `App ${app} has no webhook ${webhookId}`)
  return found
}

const minuteMs = 60_000

/** As if the forge had called a while ago, so that there is something to see. */
const delivery = (change: Partial<WebhookDelivery>): WebhookDelivery => ({
  ...{ id: 'f3a1c0de-0001', receivedAt: new Date(Date.now() - 3 * minuteMs).toISOString(), event: 'push' },
  ...{ ref: 'refs/heads/main', commit: 'ffac537e6cbbf934b08745a378932722df287a53', pushedBy: 'ann' },
  ...{ outcome: 'building', words: 'main ffac537e: Sell more', build: { id: 'build-1', state: 'succeeded' } },
  ...change,
})

const deliveries = () => [
  delivery({}),
  delivery({
    ...{ id: 'f3a1c0de-0000', receivedAt: new Date(Date.now() - 90 * minuteMs).toISOString(), ref: 'refs/heads/try' },
    ...{ outcome: 'ignored', words: 'try is not what is built: main', build: null },
  }),
]

export const webhookAnswers: Answer[] = [
  answer(listWebhooks, ({ params }, { world }) => ofApp(world, params.app)),
  answer(addWebhook, ({ params: { app }, body: { url, branch, tags, options } }, { world }) => {
    getSample(world, app)
    const id = `webhook-${webhooksIn(world).length + 1}`
    const webhook: Webhook = {
      ...{ id, app, url, branch, tags, folder: options.folder ?? null, createdBy: world.me.name },
      ...{ address: `http://berth.localhost/v1/hooks/${id}`, createdAt: new Date().toISOString() },
      ...{ lastDelivery: deliveries()[0] ?? null, lastRefusedAt: null },
    }
    webhooksIn(world).push(webhook)
    return { webhook, secret: 'vZ3dYp0mYV2l1Zb7nVqkV0Y3c8sW1u4rT6eXw9aQh5o' }
  }),
  answer(listDeliveries, ({ params, query }, { world }) => {
    getOne(world, params)
    return deliveries().slice(0, query.limit)
  }),
  answer(removeWebhook, ({ params }, { world }) => {
    const { id } = getOne(world, params)
    webhooksOf.set(
      world,
      webhooksIn(world).filter((webhook) => webhook.id !== id),
    )
    return { removed: true as const }
  }),
  answer(deliverPush, () => {
    throw new PlatformError('webhook_refused', 'There is no such webhook, or the call is not signed with its secret')
  }),
]
