import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WebhookDelivery } from '@berth/contract'
import { describeDelivery } from './delivery-words.ts'

const ping: WebhookDelivery = {
  ...{ id: '1', receivedAt: '2026-11-28T10:00:00.000Z', event: 'ping', outcome: 'answered', words: 'it works' },
  ...{ ref: null, commit: null, pushedBy: null, build: null },
}

test('a delivery says what was pushed by whom, and what was done', () => {
  const push = { ...ping, event: 'push', ref: 'refs/heads/main', commit: 'abcdef0123456789', pushedBy: 'grace' }
  assert.equal(describeDelivery({ ...push, words: 'builds' }), 'push to main (abcdef01) by grace: builds')
  assert.equal(describeDelivery(ping), 'ping: it works')
})
