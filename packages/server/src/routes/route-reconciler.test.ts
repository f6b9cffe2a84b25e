import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { RouteTable } from '@berth/contract'
import pino from 'pino'
import { type AgentChannel, agentRegistry } from '../agents/agent-registry.ts'
import { idleEdge, idleStats } from '../agents/test-heartbeat.ts'
import { routeReconciler } from './route-reconciler.ts'

const table = (host: string): RouteTable => ({ backends: [], routes: [{ host, app: 'shop', backend: null }] })

function setUp() {
  const registry = agentRegistry({ now: () => 0 })
  const told: RouteTable[] = []
  let trouble: string | null = null
  const call = async (_verb: string, input: RouteTable) => {
    told.push(input)
    if (trouble) return { ...idleEdge, error: trouble }
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
  const fail = (words: string | null) => {
    trouble = words
  }
  return { routes, told, served, delivery, fail }
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

test('an edge that takes no table is tried again later and later, and at once with a newer one', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { routes, told, fail } = setUp()
  const [shop, blog] = [table('shop.localhost'), table('blog.localhost')]
  /** As the loop does, which comes by whenever something changed. */
  async function after(ms: number, wanted = shop) {
    t.mock.timers.tick(ms)
    for (let turns = 0; turns < 5; turns++) {
      await turn()
      routes.reconcile(wanted)
    }
    return told.length
  }
  fail('The edge is starting')
  assert.equal(await after(0), 1)
  assert.equal(await after(249), 1)
  assert.equal(await after(1), 2)
  assert.equal(await after(499), 2)
  assert.equal(await after(1), 3)
  assert.equal(await after(0, blog), 4)
  fail(null)
  assert.equal(await after(250, blog), 5)
  assert.equal(await after(60_000, blog), 5)
})
