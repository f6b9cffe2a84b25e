import { createHash, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type deliverPush, PlatformError, type ResultOf } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { BuildStore } from '../builds/build-store.ts'
import type { Changes } from '../changes.ts'
import type { GuessLimit } from '../gate/guess-limit.ts'
import { type DeliveryPlan, planDelivery } from './delivery-plan.ts'
import { type Push, readPush } from './push.ts'
import { findProof } from './signature.ts'
import type { DeliveryEnd, NewDelivery, WebhookRow } from './webhook-row.ts'
import type { WebhookStore } from './webhook-store.ts'

export type DeliveryDeps = {
  webhooks: WebhookStore
  apps: Pick<AppStore, 'get'>
  builds: Pick<BuildStore, 'add' | 'supersede'>
  activity: Pick<ActivityStore, 'add'>
  guesses: GuessLimit
  /** Throws `rate_limited`. */
  checkRate(webhookId: string): void
  changes: Changes
}

export type Call = { hook: string; address: string; headers: IncomingHttpHeaders; bytes: Buffer }
type Answer = ResultOf<typeof deliverPush>

/** One call of a webhook. Throws `webhook_refused` for who does not know its secret. */
export async function deliver({ hook, address, headers, bytes }: Call, deps: DeliveryDeps): Promise<Answer> {
  const { webhooks, guesses, checkRate } = deps
  const found = await webhooks.find(hook)
  const proof = found && findProof({ headers, bytes }, found.secret)
  // Only now, since a forge calls for all of its users from the same addresses.
  if (!proof) return guesses.run(address, 'webhook_refused', () => refuse(found?.webhook, webhooks))
  checkRate(hook)
  const push = readPush(headers, bytes)
  if (!push) throw notRead()
  const plan = planDelivery(found.webhook, push)
  return settle(found.webhook, { push, plan, bytes, isBodyProof: proof.signs }, deps)
}

async function refuse(webhook: WebhookRow | undefined, webhooks: WebhookStore): Promise<never> {
  if (webhook) await webhooks.refused(webhook.id)
  throw notSigned()
}

type Seen = { push: Push; plan: DeliveryPlan; bytes: Buffer; isBodyProof: boolean }

/** Once: a call that came before begins nothing. */
async function settle(webhook: WebhookRow, seen: Seen, deps: DeliveryDeps): Promise<Answer> {
  const { webhooks } = deps
  const delivery = describe(webhook, seen)
  const received = await webhooks.receive(delivery)
  if (!received.isNew) {
    const { words, buildId } = received.before
    return { outcome: 'duplicate', words: `It came before: ${words}`, buildId }
  }
  const end = await act(webhook, seen, deps)
  await webhooks.settle(delivery, end)
  if (end.buildId) await supersede(webhook, end.buildId, deps)
  return end
}

function describe({ id: webhookId }: WebhookRow, { push, plan, bytes, isBodyProof }: Seen): NewDelivery {
  const { kind, deliveryId, event, pushedBy } = push
  const change = plan.kind === 'answer' ? undefined : plan.change
  // A forge's name for a call is not signed, so where the body is, that says whether it came before. A ping may.
  const isKnownByBody = isBodyProof && kind === 'push'
  const id = isKnownByBody ? createHash('sha256').update(bytes).digest('base64url') : (deliveryId ?? randomUUID())
  return { webhookId, id, deliveryId, event, pushedBy, ref: change?.ref ?? null, commitId: change?.commit ?? null }
}

async function act(
  webhook: WebhookRow,
  { push, plan }: Seen,
  { apps, builds, activity, changes }: DeliveryDeps,
): Promise<DeliveryEnd> {
  if (plan.kind === 'answer') return { outcome: 'answered', words: plan.words, buildId: null }
  if (plan.kind === 'ignore') return { outcome: 'ignored', words: plan.words, buildId: null }
  const { app, url, options } = webhook
  const { project } = await apps.get(app)
  const requestedBy = `${push.pushedBy ?? 'someone'} (push)`
  const build = await builds.add({
    ...{ app, project, options, requestedBy, mustHaveProject: true },
    source: { kind: 'git', url, ref: plan.ref },
    deploy: { supersede: false, deadlineMs: deployDeadlineMs, change: {} },
  })
  await activity.add({ actor: requestedBy, kind: 'push_received', app, project, detail: `${url}: ${plan.words}` })
  changes.notify()
  return { outcome: 'building', words: plan.words, buildId: build.id }
}

const deployDeadlineMs = 120_000

/** Of what was pushed before and has not begun, the newest push has everything. */
async function supersede({ id }: WebhookRow, buildId: string, { webhooks, builds, changes }: DeliveryDeps) {
  for (const older of await webhooks.listQueued(id, buildId)) {
    await builds.supersede(older, 'Superseded by a newer push')
  }
  changes.notify()
}

const notRead = () =>
  new PlatformError('invalid_request', 'The body is no JSON object', { hint: 'Have the forge send JSON' })

/** In the same words for a webhook that is not there, so that nobody finds out which are. */
const notSigned = () =>
  new PlatformError('webhook_refused', 'There is no such webhook, or the call is not signed with its secret', {
    hint: 'Store the secret with the forge as it was told: berth webhooks add shows it once',
  })
