import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { App, AppFigures, Deployment, LiveEvent } from '@berth/contract'
import { applyLiveEvent, figuresOf, type LiveState, nothingKnown } from './live-state.ts'

const app = (name: string, changes: Partial<App> = {}): App => ({
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
  createdAt: '2026-11-21T12:00:00.000Z',
  ...changes,
})
const deployment = (id: string, createdAt: string): Deployment => ({
  id,
  app: 'shop',
  kind: 'deploy',
  releaseVersion: 1,
  image: 'nginx:stable',
  state: 'running',
  steps: [],
  failure: null,
  requestedBy: 'ada@example.org',
  url: null,
  createdAt,
  finishedAt: null,
})
const figures = (requestsPerSecond: number): AppFigures => ({
  requestsPerSecond,
  errorsPerSecond: 0,
  inFlight: 0,
  cpuRatio: 0.1,
  memoryBytes: 1,
})
const snapshot = (apps: App[], rest: Partial<LiveEvent & { kind: 'snapshot' }> = {}): LiveEvent => ({
  kind: 'snapshot',
  apps,
  machines: [],
  instances: [],
  deployments: [],
  relocations: [],
  ...rest,
})
const after = (events: LiveEvent[], focus?: string, from: LiveState = nothingKnown) =>
  events.reduce((state, event) => applyLiveEvent(state, event, focus), from)

test('a snapshot replaces everything, what is gone with it', () => {
  const before = after([
    snapshot([app('a'), app('b')]),
    { kind: 'figures', at: '', apps: { a: figures(1), b: figures(2) } },
  ])
  const state = applyLiveEvent(before, snapshot([app('b')]), undefined)
  assert.deepEqual(
    state.apps?.map(({ name }) => name),
    ['b'],
  )
  assert.deepEqual(Object.keys(state.figures), ['b'])
})

test('what a snapshot does not change keeps its identity', () => {
  const before = after([snapshot([app('a'), app('b')])])
  const same = applyLiveEvent(before, snapshot([app('b'), app('a')]), undefined)
  assert.equal(same.apps, before.apps)
  const changed = applyLiveEvent(before, snapshot([app('a'), app('b', { state: 'down' })]), undefined)
  assert.notEqual(changed.apps, before.apps)
  assert.equal(changed.apps?.[0], before.apps?.[0])
})

test('a new app is put in its place, a known one changes in its place', () => {
  const state = after([
    snapshot([app('c'), app('a')]),
    { kind: 'app', app: app('b') },
    { kind: 'app', app: app('c', { replicas: 3 }) },
  ])
  assert.deepEqual(
    state.apps?.map(({ name, replicas }) => `${name} ${replicas}`),
    ['a 1', 'b 1', 'c 3'],
  )
})

test('a removed app takes its figures along, and its instances where it is looked at', () => {
  const state = after(
    [
      snapshot([app('shop')], { deployments: [deployment('1', '2026-11-21T12:00:00.000Z')] }),
      { kind: 'figures', at: '', apps: { shop: figures(1) } },
      { kind: 'app_removed', name: 'shop' },
    ],
    'shop',
  )
  assert.deepEqual([state.apps, state.figures, state.deployments], [[], {}, []])
})

test('figures that are the same as before change nothing', () => {
  const before = after([snapshot([app('a')]), { kind: 'figures', at: '1', apps: { a: figures(1) } }])
  const state = applyLiveEvent(before, { kind: 'figures', at: '2', apps: { a: figures(1) } }, undefined)
  assert.equal(state.figures, before.figures)
})

test('the newest deployment stands first, whatever came last', () => {
  const [older, newer] = [deployment('1', '2026-11-21T12:00:00.000Z'), deployment('2', '2026-11-21T12:05:00.000Z')]
  const state = after(
    [
      snapshot([app('shop')], { deployments: [older] }),
      { kind: 'deployment', deployment: newer },
      { kind: 'deployment', deployment: { ...older, state: 'cancelled' } },
    ],
    'shop',
  )
  assert.deepEqual(
    state.deployments.map(({ id, state }) => `${id} ${state}`),
    ['2 running', '1 cancelled'],
  )
})

test('a page left open does not grow', () => {
  let state = after([snapshot([app('a')])], 'a')
  for (let count = 0; count < 500; count++) {
    const event = { id: `${count}`, at: '', actor: 'ada', kind: 'x', app: null, project: null, detail: null }
    state = applyLiveEvent(state, { kind: 'activity', event }, 'a')
    state = applyLiveEvent(
      state,
      { kind: 'deployment', deployment: deployment(`${count}`, new Date(count).toISOString()) },
      'a',
    )
  }
  assert.equal(state.activity.length, 100)
  assert.equal(state.activity[0]?.id, '499')
  assert.equal(state.deployments.length, 20)
  assert.equal(state.deployments[0]?.id, '499')
})

test('an app with the name of something that objects have is an app like others', () => {
  const before = after([snapshot([app('constructor')])])
  assert.equal(figuresOf(before.figures, 'constructor'), undefined)
  const state = after([snapshot([app('constructor')]), { kind: 'figures', at: '', apps: { constructor: figures(1) } }])
  assert.equal(figuresOf(state.figures, 'constructor')?.requestsPerSecond, 1)
})
