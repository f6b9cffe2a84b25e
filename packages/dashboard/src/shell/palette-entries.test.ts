import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { App, Machine, Me } from '@berth/contract'
import { findEntries, listEntries } from './palette-entries.ts'

const app = (name: string, project = 'default') => ({ name, project }) as App
const me = (changes: Partial<Me> = {}): Me => ({
  name: 'ada@example.org',
  kind: 'user',
  email: 'ada@example.org',
  access: 'admin',
  isAdmin: true,
  mustChangePassword: false,
  hasSecondFactor: false,
  projects: [],
  ...changes,
})
const labels = (typed: string, person = me(), apps = [app('shop'), app('workshop'), app('blog')]) =>
  findEntries(listEntries(person, apps), typed).map(({ label }) => label)

test('before anything is typed it offers pages and apps, not every action on every app', () => {
  assert.deepEqual(labels(''), [
    'New app',
    'Apps',
    'Machines',
    'Activity',
    'Keyboard shortcuts',
    'shop',
    'workshop',
    'blog',
  ])
})

test('all words must be there, and what is meant exactly stands first', () => {
  assert.deepEqual(labels('shop')[0], 'shop')
  assert.deepEqual(labels('restart shop'), ['Restart shop', 'Restart workshop'])
  assert.deepEqual(labels('LOGS  blog'), ['Logs of blog'])
})

test('offers nobody what they may not do', () => {
  const reader = me({ access: 'read', isAdmin: false, projects: [{ name: 'default', role: 'reader' }] })
  assert.deepEqual(labels('scale', reader), [])
  assert.deepEqual(labels('new app', reader), [])
  assert.deepEqual(labels('users', reader), [])
  const developer = me({ access: 'deploy', isAdmin: false, projects: [{ name: 'default', role: 'developer' }] })
  assert.deepEqual(labels('scale', developer, [app('shop'), app('other', 'elsewhere')]), ['Scale shop'])
})

test('with many apps it shows no more than fit', () => {
  const apps = Array.from({ length: 300 }, (_, index) => app(`app-${index}`))
  assert.equal(labels('app', me(), apps).length, 12)
})

test('a machine is found by its name once something is typed', () => {
  const entries = listEntries(me(), [], [{ name: 'worker1', role: 'worker' } as Machine])
  assert.deepEqual(
    findEntries(entries, 'worker1').map(({ label, does }) => [label, does]),
    [['Machine worker1', { kind: 'go', to: '/machines/worker1' }]],
  )
  assert.ok(findEntries(entries, '').every(({ label }) => label !== 'Machine worker1'))
})
