import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addWebhook, listWebhooks, removeWebhook, type Webhook } from '@berth/contract'
import { fakeBerth } from '../fake-berth.ts'

const webhook: Webhook = {
  ...{ id: 'w1', app: 'shop', url: 'https://git.example.org/shop.git', branch: 'main', tags: null, folder: null },
  ...{ address: 'http://berth.example.org/v1/hooks/w1', createdBy: 'ann', createdAt: '2026-01-02T03:04:05Z' },
  lastDelivery: {
    ...{ id: 'd1', receivedAt: '2026-01-02T03:05:00Z', event: 'push', ref: 'refs/heads/main', commit: null },
    ...{
      pushedBy: 'ben',
      outcome: 'building',
      words: 'main abcdef01: Sell more',
      build: { id: 'b1', state: 'succeeded' },
    },
  },
  lastRefusedAt: null,
}

test('a webhook is made with its URL and its secret', async (t) => {
  const fake = await fakeBerth(t)
  let branch: string | undefined
  fake.on(addWebhook, ({ body }) => {
    branch = body.branch
    return { webhook, secret: 's3cret' }
  })
  const { stdout, stderr } = await fake.berth('webhooks', 'add', 'shop', '--git', webhook.url)
  assert.match(stdout, /URL +http:\/\/berth\.example\.org\/v1\/hooks\/w1\nSecret +s3cret\n/)
  assert.match(stderr, /not shown again/)
  assert.equal(branch, 'main')
})

test('webhooks are listed with what the last push led to, and with a call that was refused since', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(listWebhooks, () => [{ ...webhook, lastRefusedAt: '2026-01-02T03:06:00Z' }])
  const { stdout, stderr } = await fake.berth('webhooks', 'ls', 'shop')
  assert.match(stdout, /main abcdef01: Sell more by ben \(build succeeded\)/)
  assert.match(stderr, /was not signed with its secret/)
})

test('the only webhook of an app needs no name to be removed, one of several does', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(listWebhooks, () => [webhook])
  fake.on(removeWebhook, () => ({ removed: true as const }))
  assert.equal((await fake.berth('webhooks', 'rm', 'shop')).code, 0)
  assert.ok(fake.calls.includes('DELETE /v1/apps/shop/webhooks/w1'))
  fake.on(listWebhooks, () => [webhook, { ...webhook, id: 'w2' }])
  assert.equal((await fake.berth('webhooks', 'rm', 'shop')).code, 1)
  assert.equal((await fake.berth('webhooks', 'rm', 'shop', 'w2')).code, 0)
})
