import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Me } from '@berth/contract'
import { expiryOf, offerAccess } from './token-words.ts'

const ada: Me = {
  name: 'ada@example.org',
  kind: 'user',
  email: 'ada@example.org',
  access: 'deploy',
  isAdmin: false,
  mustChangePassword: false,
  hasSecondFactor: false,
  projects: [
    { name: 'default', role: 'developer' },
    { name: 'team', role: 'reader' },
  ],
}

test('a token is offered no more than its owner may', () => {
  assert.deepEqual(offerAccess(ada, undefined), ['read', 'deploy'])
  assert.deepEqual(offerAccess(ada, 'team'), ['read'])
  assert.deepEqual(offerAccess({ ...ada, isAdmin: true, access: 'admin', projects: [] }, undefined), [
    'read',
    'deploy',
    'admin',
  ])
})

test('a project that one has no role in offers nothing', () => {
  assert.deepEqual(offerAccess(ada, 'another'), [])
})

test('what expires within a week expires soon', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  const expiry = (expiresAt: string | null) => expiryOf({ expiresAt }, now)
  assert.deepEqual([null, '2026-12-21T12:00:00Z', '2026-11-25T12:00:00Z', '2026-11-21T12:00:00Z'].map(expiry), [
    'never',
    'later',
    'soon',
    'over',
  ])
})
