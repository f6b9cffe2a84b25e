import type { BuildOptions, BuildState, WebhookDelivery } from '@berth/contract'

export type WebhookRow = {
  id: string
  app: string
  url: string
  branch: string
  tags: string | null
  options: BuildOptions
  createdBy: string
  createdAtMs: number
  refusedAtMs: number | null
}

export type NewWebhook = Pick<WebhookRow, 'app' | 'url' | 'branch' | 'tags' | 'options' | 'createdBy'> & {
  secret: string
}

export type DeliveryRow = {
  webhookId: string
  /** The same for a call that is sent again. */
  id: string
  /** The forge's own name for it. */
  deliveryId: string | null
  receivedAtMs: number
  event: string
  ref: string | null
  commitId: string | null
  pushedBy: string | null
  outcome: WebhookDelivery['outcome']
  words: string
  buildId: string | null
  /** Of the build, if it is still there. */
  buildState: BuildState | null
}

export type NewDelivery = Pick<
  DeliveryRow,
  'webhookId' | 'id' | 'deliveryId' | 'event' | 'ref' | 'commitId' | 'pushedBy'
>

export type DeliveryEnd = Pick<DeliveryRow, 'outcome' | 'words' | 'buildId'>
