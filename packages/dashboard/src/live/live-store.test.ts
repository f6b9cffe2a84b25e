import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { App, Client, LiveEvent } from '@berth/contract'
import { createLiveStore, type LiveStore } from './live-store.ts'

const app = (name: string): App => ({
  name,
  project: 'default',
  state: 'running',
  reason: null,
  url: null,
  replicas: 1,
  readyReplicas: 1,
  releaseVersion: 1,
  image: null,
  deploymentId: null,
  lastDeployment: null,
  createdAt: '2026-11-21T12:00:00.000Z',
})
const at = '2026-11-21T12:00:10.000Z'
const figuresOf = (requestsPerSecond: number) => ({
  requestsPerSecond,
  errorsPerSecond: 0,
  inFlight: 0,
  cpuRatio: 0,
  memoryBytes: 0,
})
const snapshot = (...names: string[]): LiveEvent => ({
  kind: 'snapshot',
  apps: names.map(app),
  machines: [],
  instances: [],
  deployments: [],
  relocations: [],
})

let store: LiveStore
afterEach(() => store.stop())

/** A server that sends these events on every connection and then keeps the line open, or ends it. */
function serve(events: LiveEvent[], { isEnding = false } = {}) {
  const asked: unknown[] = []
  const client = {
    async *stream(_: unknown, { query }: { query: unknown }, { signal }: { signal: AbortSignal }) {
      asked.push(query)
      yield* events
      if (!isEnding) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    },
    call: async (_: unknown, { query }: { query: { steps: number; app?: string } }) => ({
      stepMs: 2_000,
      endAt: '2026-11-21T12:00:08.000Z',
      apps: events
        .flatMap((event) => (event.kind === 'snapshot' ? event.apps : []))
        .filter(({ name }) => query.app === undefined || query.app === name)
        .map(({ name }) => ({
          app: name,
          requestsPerSecond: [1, 2, 3],
          errorsPerSecond: [0, 0, 0],
          cpuRatio: [0, 0, 0],
          memoryBytes: [0, 0, 0],
        })),
    }),
  } as unknown as Pick<Client, 'call' | 'stream'>
  return { client, asked }
}

const until = async (isSo: () => boolean) => {
  const endMs = Date.now() + 3_000
  while (!isSo()) {
    assert.ok(Date.now() < endMs, 'it did not come true in 3 s')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('what was measured before the page was opened stands before what is measured now', async () => {
  const { client } = serve([snapshot('shop'), { kind: 'figures', at, apps: { shop: figuresOf(9) } }])
  store = createLiveStore({ client })
  store.start()
  await until(() => store.getSeries('shop')?.requestsPerSecond.length === 4)
  assert.deepEqual(store.getSeries('shop')?.requestsPerSecond, [1, 2, 3, 9])
  assert.equal(store.getSeries('shop'), store.getSeries('shop'))
  assert.equal(store.getStatus().state, 'live')
})

test('a page about an app asks for that app, and no longer once it is left', async () => {
  const { client, asked } = serve([snapshot('shop')])
  store = createLiveStore({ client })
  store.start()
  await until(() => store.getState().apps !== undefined)
  const leave = store.focus('shop')
  await until(() => store.getState().focus === 'shop')
  leave()
  await until(() => store.getState().focus === undefined)
  assert.deepEqual(asked, [{}, { app: 'shop' }, {}])
})

test('after a gap everything else is asked again, but not after the first snapshot', async () => {
  let caughtUp = 0
  const { client, asked } = serve([snapshot('shop')], { isEnding: true })
  store = createLiveStore({ client, onCaughtUp: () => caughtUp++ })
  store.start()
  await until(() => asked.length === 1 && store.getState().apps !== undefined)
  assert.equal(caughtUp, 0)
  await until(() => asked.length === 2 && caughtUp === 1)
})

test('many events in a row are told once', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `app-${index}`)
  const events = [
    snapshot(...names),
    ...names.map((name): LiveEvent => ({ kind: 'app', app: { ...app(name), replicas: 2 } })),
  ]
  store = createLiveStore({ client: serve(events).client })
  let told = 0
  store.subscribe(() => told++)
  store.start()
  await until(() => store.getState().apps?.every(({ replicas }) => replicas === 2) === true)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(told >= 1 && told <= 5, `told ${told} times`)
})

test('another person sees nothing of what the one before saw', async () => {
  store = createLiveStore({ client: serve([snapshot('shop')]).client })
  store.start()
  await until(() => store.getSeries('shop') !== undefined)
  store.stop()
  store.clear()
  assert.equal(store.getState().apps, undefined)
  assert.equal(store.getSeries('shop'), undefined)
  assert.equal(store.getStatus().state, 'connecting')
})
