import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { getHealth, getSystem, listActivity, listMachines, PlatformError, whoAmI } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import pino from 'pino'
import { agentRegistry } from '../agents/agent-registry.ts'
import { failureLimit } from '../gate/failure-limit.ts'
import { createGate } from '../gate/gate.ts'
import { serverMetrics } from '../http/metrics.ts'
import { createHttpApp } from '../http/serve-http.ts'
import { systemApi } from './system-api.ts'

const stop = new AbortController()
after(() => stop.abort())
const log = pino({ level: 'silent' })
const empty: ClusterState = { services: [], instances: [], machines: [], reserved: {} }

function createApp(state: ClusterState | undefined) {
  const cluster = {
    current: () => state,
    ageMs: () => (state ? 0 : Number.POSITIVE_INFINITY),
    refresh: async () => {
      throw new PlatformError('engine_unavailable', 'No manager machine is connected')
    },
  }
  const event = { id: 'e1', atMs: 0, actor: 'ann', kind: 'app_created', app: 'shop', detail: null }
  const handlers = systemApi({
    activity: { list: async ({ limit }) => [event, event].slice(0, limit) },
    agents: agentRegistry({ now: () => 0 }),
    cluster,
    version: '1.0.0',
    database: 'sqlite',
    domain: 'localhost',
    startedAt: new Date(0),
  })
  const declared = [whoAmI, getHealth, getSystem, listActivity, listMachines]
  const gate = createGate({
    methods: [async () => ({ name: 'ann', access: 'read' })],
    limit: failureLimit({ now: () => 0 }),
    log,
  })
  return createHttpApp({ handlers, declared, rawRoutes: [], gate, metrics: serverMetrics(), log }, stop.signal)
}

test('a server that has not seen the cluster is up, but still starting', async () => {
  const app = createApp(undefined)
  assert.deepEqual((await app.inject('/healthz')).json(), { status: 'starting' })
  assert.equal((await app.inject('/v1/system')).json().machines, 0)
  const machines = await app.inject('/v1/machines')
  assert.equal(machines.statusCode, 503)
  assert.equal(machines.json().code, 'engine_unavailable')
})

test('a server that sees the cluster is ready', async () => {
  const app = createApp(empty)
  assert.deepEqual((await app.inject('/healthz')).json(), { status: 'ready' })
  assert.deepEqual((await app.inject('/v1/machines')).json(), [])
})

test('tells a caller who they are', async () => {
  assert.deepEqual((await createApp(empty).inject('/v1/whoami')).json(), { name: 'ann', access: 'read' })
})

test('shows as much of what happened as was asked for', async () => {
  const answer = await createApp(empty).inject('/v1/activity?limit=1')
  const event = {
    id: 'e1',
    at: '1970-01-01T00:00:00.000Z',
    actor: 'ann',
    kind: 'app_created',
    app: 'shop',
    detail: null,
  }
  assert.deepEqual(answer.json(), [event])
})
