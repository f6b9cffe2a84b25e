import { z } from 'zod'
import { BuildOptions, buildStates } from './build.ts'
import { defineEndpoint } from './endpoint.ts'
import { AppName } from './names.ts'
import { RepositoryRef, RepositoryUrl } from './repository-url.ts'

/** `received`: nothing was done about it yet. */
export const deliveryOutcomes = ['received', 'building', 'ignored', 'answered'] as const

/** One call of a webhook that was signed as it must be. */
export const WebhookDelivery = z.strictObject({
  /** The forge's own where it tells one. */
  id: z.string(),
  receivedAt: z.iso.datetime(),
  /** In the forge's word: `push`, `ping`, `Tag Push Hook`. */
  event: z.string(),
  ref: z.string().nullable(),
  commit: z.string().nullable(),
  pushedBy: z.string().nullable(),
  outcome: z.enum(deliveryOutcomes),
  /** What was done and why. */
  words: z.string(),
  /** What it began; null where it began none, or that is gone. */
  build: z.strictObject({ id: z.string(), state: z.enum(buildStates) }).nullable(),
})
export type WebhookDelivery = z.infer<typeof WebhookDelivery>

const TagPattern = z
  .string()
  .max(255)
  .regex(/^[\w./@+#=,%!*-]+$/, 'use the name of a tag, in which * stands for any characters')

const watched = {
  /** The repository that is built. */
  url: RepositoryUrl,
  branch: RepositoryRef,
  /** Pushed tags that are built as well, such as `v*`; null for none. */
  tags: TagPattern.nullable(),
}

export const Webhook = z.strictObject({
  id: z.string(),
  app: z.string(),
  ...watched,
  /** Folder of the repository that is built. */
  folder: z.string().nullable(),
  /** Where the forge sends what was pushed. */
  address: z.string(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  lastDelivery: WebhookDelivery.nullable(),
  /** When a call was last refused that was not signed with the secret. */
  lastRefusedAt: z.iso.datetime().nullable(),
})
export type Webhook = z.infer<typeof Webhook>

const ofApp = z.strictObject({ app: AppName })
const oneWebhook = ofApp.extend({ webhookId: z.string().max(64) })

export const listWebhooks = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/webhooks',
  access: 'read',
  on: 'app',
  summary: 'Webhooks of an app, each with its last delivery',
  params: ofApp,
  result: z.array(Webhook),
  errors: ['app_not_found'],
})

export const addWebhook = defineEndpoint({
  method: 'POST',
  path: '/v1/apps/:app/webhooks',
  access: 'deploy',
  on: 'app',
  summary: 'An address that a forge calls when something was pushed, which builds and deploys the app',
  params: ofApp,
  body: z.strictObject({
    ...watched,
    tags: TagPattern.nullable().default(null),
    options: BuildOptions.prefault({}),
  }),
  /** The secret is told now and never again. */
  result: z.strictObject({ webhook: Webhook, secret: z.string() }),
  errors: ['app_not_found'],
})

export const listDeliveries = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/webhooks/:webhookId/deliveries',
  access: 'read',
  on: 'app',
  summary: 'What a webhook was called with, newest first',
  params: oneWebhook,
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
  result: z.array(WebhookDelivery),
  errors: ['app_not_found', 'webhook_not_found'],
})

export const removeWebhook = defineEndpoint({
  method: 'DELETE',
  path: '/v1/apps/:app/webhooks/:webhookId',
  access: 'deploy',
  on: 'app',
  summary: 'Remove a webhook; what it began goes on',
  params: oneWebhook,
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['app_not_found', 'webhook_not_found'],
})

export const deliverPush = defineEndpoint({
  method: 'POST',
  path: '/v1/hooks/:hook',
  // The caller is a forge: what it sends is signed with the secret of the webhook.
  access: 'anyone',
  on: 'platform',
  summary: 'What a forge calls: GitHub, GitLab, Gitea, Forgejo, Bitbucket, or anything with X-Berth-Token',
  params: z.strictObject({ hook: z.string().max(64) }),
  readsBytes: true,
  result: z.strictObject({
    outcome: z.enum([...deliveryOutcomes, 'duplicate']),
    words: z.string(),
    buildId: z.string().nullable(),
  }),
  errors: ['webhook_refused', 'request_too_large'],
})
