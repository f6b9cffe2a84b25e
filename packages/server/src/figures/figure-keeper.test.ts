import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Heartbeat } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import pino from 'pino'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { idleInstance, idleStats } from '../agents/test-heartbeat.ts'
import { figureKeeper } from './figure-keeper.ts'

/** A keeper over one machine whose edge serves `shop`, played step by step. */
function setUp() {
  const world = { apps: ['shop'], services: ['shop-web-r1'], requests: 0, atMs: 1_000, isConnected: true }
  const heartbeat = (): Heartbeat => ({
    stats: idleStats,
    sampledAtMs: world.atMs,
    instances: [{ ...idleInstance, cpuSeconds: world.atMs / 2_000, memoryBytes: 64 }],
    edge: {
      fingerprint: 'f',
      error: null,
      countedAtMs: world.atMs,
      backends: [
        { name: 'shop-web-r1', up: 1, known: 1, inFlight: 0, requests: world.requests, errors: 0, lastCheck: null },
      ],
    },
  })
  const agent = {
    machineId: 'm1',
    get lastHeartbeat() {
      return heartbeat()
    },
  } as AgentConnection
  const cluster = {
    current: () =>
      ({ services: world.services.map((name) => ({ name, app: 'shop' })), instances: [] }) as never as ClusterState,
  }
  const keeper = figureKeeper({
    agents: { list: () => (world.isConnected ? [agent] : []) },
    cluster,
    listApps: async () => world.apps.map((name) => ({ name })),
    now: () => world.atMs,
    log: pino({ level: 'silent' }),
  })
  function step(requests: number) {
    world.requests += requests
    world.atMs += 2_000
    keeper.step()
  }
  const rates = (steps: number) => keeper.series('shop', steps).requestsPerSecond
  return { world, keeper, step, rates }
}

test('keeps what each step measured, from the second one on', () => {
  const { keeper, step, rates } = setUp()
  for (const requests of [500, 10, 0, 7]) step(requests)
  assert.deepEqual(rates(4), [null, 5, 0, 3.5])
  assert.deepEqual(keeper.newest().apps.get('shop')?.requestsPerSecond, 3.5)
  assert.deepEqual(keeper.series('shop', 2).cpuRatio, [0.5, 0.5])
})

test('while the agent is away nobody measures, and the app is still told of', () => {
  const { world, keeper, step, rates } = setUp()
  step(0)
  step(4)
  world.isConnected = false
  step(100)
  assert.deepEqual(keeper.newest().apps.get('shop')?.requestsPerSecond, null)
  world.isConnected = true
  step(0)
  step(6)
  assert.deepEqual(rates(5), [null, 2, null, null, 3])
})

test('counts the last requests of a service that has left the cluster', () => {
  const { world, step, rates } = setUp()
  step(0)
  world.services = []
  step(8)
  assert.deepEqual(rates(1), [4])
})

test('the figures of a removed app go with it', async (t) => {
  const { world, keeper, step } = setUp()
  step(0)
  step(4)
  world.apps = []
  world.isConnected = false
  step(0)
  await t.waitFor(() => assert.deepEqual(keeper.series('shop', 3).requestsPerSecond, [null, null, null]))
  step(0)
  assert.equal(keeper.newest().apps.has('shop'), false)
})

test('tells each step to those who listen, until they stop', () => {
  const { keeper, step } = setUp()
  const told: number[] = []
  const stop = keeper.onStep(({ atMs }) => told.push(atMs))
  step(0)
  stop()
  step(0)
  assert.deepEqual(told, [3_000])
})
