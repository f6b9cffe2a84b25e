import { listWebhooks, PlatformError, type Webhook } from '@berth/contract'
import type { Context } from '../command.ts'

/** By its id; left out where the app has only one. */
export async function findWebhook(app: string, id: string | undefined, { call }: Context): Promise<Webhook> {
  const all = await call(listWebhooks, { params: { app } })
  const [only, other] = id ? all.filter((webhook) => webhook.id === id) : all
  if (only && !other) return only
  throw new PlatformError(
    'webhook_not_found',
    other ? `${app} has several webhooks` : `${app} has no webhook${id ? ` ${id}` : ''}`,
    {
      hint: other ? `Name one by its id: berth webhooks ls ${app}` : `Make one: berth webhooks add ${app} --git <url>`,
    },
  )
}
