import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHealth, getSystem } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import { agentRegistry } from '../agents/agent-registry.ts'
import { startPlatform } from '../gate/test-platform.ts'
import { sampleApp } from './sample-app.ts'
import { systemApi } from './system-api.ts'
import { emptySystem } from './test-facts.ts'

const empty: ClusterState = { services: [], instances: [], machines: [], reserved: {} }
async function setUp(t: { after(end: () => unknown): void }, state: ClusterState | undefined) {
  const handlers = systemApi({
    agents: agentRegistry({ now: () => 0 }),
    cluster: { current: () => state },
    gatherFacts: async () => emptySystem,
    findSample: async () => sampleApp,
    version: '1.0.0',
    database: 'sqlite',
    domain: 'localhost',
    startedAt: new Date(0),
  })
  const declared = [getHealth, getSystem]
  const platform = await startPlatform(t, { handlers: () => handlers, declared })
  const headers = { authorization: `Bearer ${await platform.addToken(null, {})}` }
  return { get: (url: string) => platform.ask({ method: 'GET', url, headers }) }
}

test('a server that has not seen the cluster is up, but still starting', async (t) => {
  const { get } = await setUp(t, undefined)
  assert.deepEqual((await get('/healthz')).json(), { status: 'starting' })
  assert.equal((await get('/v1/system')).json().machines, 0)
})

test('a server that sees the cluster is ready, and tells how the platform is', async (t) => {
  const { get } = await setUp(t, empty)
  assert.deepEqual((await get('/healthz')).json(), { status: 'ready' })
  const system = (await get('/v1/system')).json()
  assert.deepEqual(system.sample, sampleApp)
  assert.deepEqual(system.checks[0], { name: 'database', state: 'ok', message: 'SQLite answers' })
})
