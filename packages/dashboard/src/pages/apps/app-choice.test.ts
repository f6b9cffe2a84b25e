import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { App } from '@berth/contract'
import { chooseApps, holdOrder, readChoice, sortApps } from './app-choice.ts'

const appOf = (name: string, to: Partial<App> = {}): App => ({
  name,
  project: 'default',
  state: 'running',
  reason: null,
  url: `http://${name}.localhost`,
  replicas: 1,
  readyReplicas: 1,
  releaseVersion: 1,
  image: 'nginx:stable',
  deploymentId: null,
  lastDeployment: null,
  createdAt: '2026-11-21T10:00:00Z',
  ...to,
})

const apps = [
  appOf('api', { project: 'shop', state: 'down', reason: 'web exited with code 1' }),
  appOf('blog', { image: 'ghost:5' }),
  appOf('wiki', { state: 'degraded' }),
]
const namesOf = (chosen: readonly App[]) => chosen.map(({ name }) => name)
const choose = (search: Record<string, string>) => namesOf(chooseApps(apps, readChoice(search)))

test('words are looked for in all that is shown of an app', () => {
  assert.deepEqual(choose({}), ['api', 'blog', 'wiki'])
  assert.deepEqual(choose({ q: 'GHOST' }), ['blog'])
  assert.deepEqual(choose({ q: 'code exited' }), ['api'])
  assert.deepEqual(choose({ q: 'blog code' }), [])
})

test('state and project narrow it down together', () => {
  assert.deepEqual(choose({ state: 'degraded' }), ['wiki'])
  assert.deepEqual(choose({ state: 'attention' }), ['api', 'wiki'])
  assert.deepEqual(choose({ state: 'attention', project: 'shop' }), ['api'])
})

test('an address that somebody made up chooses what it can', () => {
  assert.deepEqual(readChoice({ state: 'nonsense', sort: 'constructor' }), {
    text: '',
    state: undefined,
    project: undefined,
    sort: 'name',
  })
})

test('by state the worst come first', () => {
  assert.deepEqual(namesOf(sortApps(apps, 'state')), ['api', 'wiki', 'blog'])
})

test('while somebody points at a row, no row moves, and what is new comes last', () => {
  const wanted = sortApps([appOf('aaa'), ...apps.filter(({ name }) => name !== 'blog')], 'name')
  assert.deepEqual(namesOf(holdOrder(['wiki', 'blog', 'api'], wanted)), ['wiki', 'api', 'aaa'])
})
