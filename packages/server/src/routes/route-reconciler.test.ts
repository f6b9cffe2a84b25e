import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteTable } from '@berth/contract'
import pino from 'pino'
import { type AgentChannel, agentRegistry } from '../agents/agent-registry.ts'
import { idleEdge, idleStats } from '../agents/test-heartbeat.ts'
import { routeReconciler } from './route-reconciler.ts'

const table = (host: string): RouteTable => ({ backends: [], routes: [{ host, app: 'shop', backend: null }] })

function setUp() {
  const registry = agentRegistry({ now: () => 0 })
  const told: RouteTable[] = []
  const call = async (_verb: string, input: RouteTable) => {
    told.push(input)
    return { ...idleEdge, fingerprint: `edge has ${told.length}` }
  }
  const hello = { machineId: 'id-1', name: 'one', version: '1', isManager: true }
  const agent = registry.add(hello, { channel: { call } as unknown as AgentChannel, close: () => undefined })
  const served = (fingerprint: string) =>
    registry.heard(agent, { stats: idleStats, sampledAtMs: 0, instances: [], edge: { ...idleEdge, fingerprint } })
  let delivered = () => {}
  const delivery = () => new Promise<void>((resolve) => (delivered = resolve))
  const { signal } = new AbortController()
  const log = pino({ level: 'silent' })
  const routes = routeReconciler({ agents: registry, onChange: () => delivered(), log, signal })
  return { routes, told, served, delivery }
}

test('a table that says the same as the one before is not sent again, and the edge that serves it is current', async () => {
  const { routes, told, served, delivery } = setUp()
  const first = delivery()
  routes.reconcile(table('shop.localhost'))
  await first
  served('edge has 1')
  routes.reconcile(table('shop.localhost'))
  assert.equal(told.length, 1)
  assert.deepEqual(
    routes.edges().map(({ isCurrent }) => isCurrent),
    [true],
  )
})

test('an edge is current again only when it was seen to serve the newest table', async () => {
  const { routes, told, served, delivery } = setUp()
  const first = delivery()
  routes.reconcile(table('shop.localhost'))
  await first
  served('edge has 1')
  const second = delivery()
  routes.reconcile(table('blog.localhost'))
  await second
  assert.deepEqual(told, [table('shop.localhost'), table('blog.localhost')])
  assert.deepEqual(
    routes.edges().map(({ isCurrent }) => isCurrent),
    [false],
  )
  served('edge has 2')
  assert.deepEqual(
    routes.edges().map(({ isCurrent }) => isCurrent),
    [true],
  )
})
