import {
  addRepository,
  addWebhook,
  deliverPush,
  listDeliveries,
  listRepositories,
  listWebhooks,
  PlatformError,
  type Repository,
  removeRepository,
  removeWebhook,
  testRepository,
  type Webhook,
  type WebhookDelivery,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { getSample } from './app-answers.ts'
import { markup } from './hostile.ts'
import { newId } from './sample-apps.ts'
import type { World } from './world.ts'

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
const publicKey = `ssh-ed25519 ${'AAAAC3NzaC1lZDI1NTE5'.repeat(3)} berth`

const repositoriesOf = new WeakMap<World, Repository[]>()
const webhooksOf = new WeakMap<World, Map<string, Webhook[]>>()

function repositoriesIn(world: World): Repository[] {
  const by = { createdBy: world.scenario === 'hostile' ? markup : 'ada@example.org', createdAt: ago(70) }
  const first: Repository[] = [
    {
      ...{ id: newId('repository'), prefix: 'https://example.org/team', project: null, ...by },
      credentials: { kind: 'password', username: world.scenario === 'hostile' ? markup : 'ada' },
    },
    {
      ...{ id: newId('repository'), prefix: 'ssh://git@example.org/team/shop.git', project: 'default', ...by },
      credentials: { kind: 'deploy-key', publicKey, hostKeys: [`SHA256:${'q8'.repeat(21)}`] },
    },
  ]
  const found = repositoriesOf.get(world) ?? (world.scenario === 'empty' ? [] : first)
  repositoriesOf.set(world, found)
  return found
}

const delivery = (change: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  ...{ id: newId('delivery'), receivedAt: ago(2), event: 'push', ref: 'refs/heads/main', pushedBy: 'grace' },
  ...{
    commit: '3f2a9c1b'.repeat(5),
    outcome: 'building',
    words: 'main 3f2a9c1b: Sell more',
    build: { id: 'built', state: 'succeeded' },
  },
  ...change,
})

const webhook = (app: string, change: Partial<Webhook> = {}): Webhook => ({
  ...{
    id: newId('webhook'),
    app,
    url: `https://example.org/team/${app}.git`,
    branch: 'main',
    tags: null,
    folder: null,
  },
  ...{
    address: `http://berth.localhost/v1/hooks/${'k3'.repeat(16)}`,
    createdBy: 'ada@example.org',
    createdAt: ago(90),
  },
  ...{ lastDelivery: null, lastRefusedAt: null },
  ...change,
})

function webhooksIn(world: World, app: string): Webhook[] {
  getSample(world, app)
  const all = webhooksOf.get(world) ?? new Map<string, Webhook[]>()
  webhooksOf.set(world, all)
  const nasty = world.scenario === 'hostile' ? { pushedBy: markup, words: markup, event: markup.slice(0, 40) } : {}
  const first = [
    webhook(app, { lastDelivery: delivery(nasty), lastRefusedAt: ago(5) }),
    webhook(app, { tags: 'v*', folder: 'apps/web' }),
  ]
  const found = all.get(app) ?? (world.scenario === 'many' ? [] : first)
  all.set(app, found)
  return found
}

export const repositoryAnswers: Answer[] = [
  answer(listRepositories, (_, { world }) => repositoriesIn(world)),
  answer(addRepository, ({ body: { prefix, project, credentials } }, { world }) => {
    if (credentials.kind === 'password' && credentials.password === 'wrong')
      throw new PlatformError('repository_refused', `${prefix} does not take this user and password`, {
        hint: 'Check both; forges want a token in place of the password',
      })
    const repository: Repository = {
      ...{ id: newId('repository'), prefix, project, createdBy: world.me.name, createdAt: new Date().toISOString() },
      credentials:
        credentials.kind === 'password'
          ? { kind: 'password', username: credentials.username }
          : { kind: 'deploy-key', publicKey, hostKeys: [] },
    }
    repositoriesIn(world).push(repository)
    return repository
  }),
  answer(testRepository, ({ params }, { world }) => {
    const found = repositoriesIn(world).find(({ id }) => id === params.repositoryId)
    if (!found) throw notFound('repository_not_found', 'There are no such credentials')
    return found
  }),
  answer(removeRepository, ({ params }, { world }) => {
    repositoriesOf.set(
      world,
      repositoriesIn(world).filter(({ id }) => id !== params.repositoryId),
    )
    return { removed: true as const }
  }),
  answer(listWebhooks, ({ params }, { world }) => webhooksIn(world, params.app)),
  answer(addWebhook, ({ params, body: { url, branch, tags } }, { world }) => {
    const createdAt = new Date().toISOString()
    const made = webhook(params.app, { url, branch, tags, createdBy: world.me.name, createdAt })
    webhooksIn(world, params.app).push(made)
    return { webhook: made, secret: 'z7'.repeat(20) }
  }),
  answer(listDeliveries, ({ params }, { world }) => {
    const found = webhooksIn(world, params.app).find(({ id }) => id === params.webhookId)
    if (!found) throw notFound('webhook_not_found', 'There is no such webhook')
    const ignored = {
      outcome: 'ignored',
      words: 'draft is not what is built: main',
      ref: 'refs/heads/draft',
      build: null,
    } as const
    const ping = {
      event: 'ping',
      ref: null,
      commit: null,
      outcome: 'answered',
      words: 'it works',
      build: null,
    } as const
    return found.lastDelivery ? [found.lastDelivery, delivery(ignored), delivery(ping)] : []
  }),
  answer(removeWebhook, ({ params }, { world }) => {
    const left = webhooksIn(world, params.app).filter(({ id }) => id !== params.webhookId)
    webhooksOf.get(world)?.set(params.app, left)
    return { removed: true as const }
  }),
  answer(deliverPush, () => {
    throw new PlatformError('webhook_refused', 'There is no such webhook, or the signature is wrong')
  }),
]
