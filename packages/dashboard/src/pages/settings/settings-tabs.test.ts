import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTab, listTabs, refusalOf } from './settings-tabs.ts'

const reader = { isAdmin: false, access: 'read', projects: [{ name: 'default', role: 'reader' }] } as const
const asker = (me: object) => me as Parameters<typeof listTabs>[0]

test('an admin of Berth sees every tab', () => {
  assert.equal(listTabs(asker({ isAdmin: true, access: 'admin', projects: [] })).length, 9)
})

test('a reader sees neither invitations nor users, and is told why', () => {
  assert.deepEqual(listTabs(asker(reader)), ['profile', 'tokens', 'sessions', 'members', 'about'])
  assert.match(refusalOf('invitations', asker(reader)) ?? '', /not an admin of any/)
  assert.match(refusalOf('users', asker(reader)) ?? '', /Only an admin of Berth/)
})

test('an admin of one project invites, but does not see all users', () => {
  const me = asker({ ...reader, access: 'admin', projects: [{ name: 'team', role: 'admin' }] })
  assert.equal(refusalOf('invitations', me), undefined)
  assert.ok(!listTabs(me).includes('users'))
})

test('somebody without any role still sees themselves', () => {
  assert.deepEqual(listTabs(asker({ ...reader, access: 'self', projects: [] })), ['profile', 'sessions', 'about'])
})

test('only tabs are tabs', () => {
  assert.ok(isTab('about'))
  assert.ok(!isTab('constructor'))
})
