import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Heartbeat } from '@berth/contract'
import { idleInstance, idleStats } from '../agents/test-heartbeat.ts'
import { figuresBetween, type MachineCounts } from './figure-step.ts'

type Counted = { requests?: number; errors?: number; inFlight?: number }
type Used = { app?: string; cpuSeconds: number; memoryBytes?: number }

/** A heartbeat as it was at a moment of its agent's clock. */
function beatAt(atMs: number, backends: Record<string, Counted>, instances: Record<string, Used> = {}): Heartbeat {
  return {
    stats: idleStats,
    sampledAtMs: atMs,
    instances: Object.entries(instances).map(([instanceId, used]) => ({
      ...idleInstance,
      instanceId,
      memoryBytes: 100,
      ...used,
    })),
    edge: {
      fingerprint: 'f',
      error: null,
      countedAtMs: atMs,
      backends: Object.entries(backends).map(([name, counted]) => ({
        name,
        up: 1,
        known: 1,
        lastCheck: null,
        ...{ requests: 0, errors: 0, inFlight: 0, ...counted },
      })),
    },
  }
}

const appOf = (backend: string) =>
  backend.startsWith('shop-web-') ? 'shop' : backend === 'blog-web-r1' ? 'blog' : undefined
const connections: Record<string, object> = { one: {}, two: {}, again: {} }

/** Machines as they were heard; `again`: by a new connection. */
const counts = (beats: Record<string, Heartbeat>, connection?: 'again'): MachineCounts =>
  new Map(
    Object.entries(beats).map(([id, heartbeat]) => [
      id,
      { connection: connections[connection ?? id] ?? {}, heartbeat },
    ]),
  )
const shop = (before: MachineCounts, after: MachineCounts) => figuresBetween(before, after, appOf).get('shop')

test('a rate is what was counted by the time that the agent itself says has gone by', () => {
  const before = counts({ one: beatAt(1_000, { 'shop-web-r1': { requests: 100, errors: 4 } }) })
  const after = counts({ one: beatAt(3_500, { 'shop-web-r1': { requests: 600, errors: 9, inFlight: 3 } }) })
  const figures = shop(before, after)
  assert.deepEqual([figures?.requestsPerSecond, figures?.errorsPerSecond, figures?.inFlight], [200, 2, 3])
})

test('the edges of two machines are added up, each by its own clock', () => {
  const before = counts({
    one: beatAt(1_000, { 'shop-web-r1': { requests: 10 } }),
    two: beatAt(900_000, { 'shop-web-r1': { requests: 7 } }),
  })
  const after = counts({
    one: beatAt(3_000, { 'shop-web-r1': { requests: 30, inFlight: 1 } }),
    two: beatAt(901_000, { 'shop-web-r1': { requests: 12, inFlight: 2 } }),
  })
  const figures = shop(before, after)
  assert.deepEqual([figures?.requestsPerSecond, figures?.inFlight], [10 + 5, 3])
})

test('the releases of an app that overlap are one app, and a new one counts from its first request', () => {
  const before = counts({ one: beatAt(0 + 1, { 'shop-web-r1': { requests: 100 } }) })
  const after = counts({ one: beatAt(2_001, { 'shop-web-r1': { requests: 104 }, 'shop-web-r2': { requests: 16 } }) })
  assert.equal(shop(before, after)?.requestsPerSecond, 10)
})

test('an agent that went away is missed, not made up', () => {
  const before = counts({
    one: beatAt(1_000, { 'shop-web-r1': { requests: 10 } }),
    two: beatAt(1_000, { 'shop-web-r1': { requests: 10 } }),
  })
  const after = counts({ one: beatAt(3_000, { 'shop-web-r1': { requests: 30 } }) })
  assert.equal(shop(before, after)?.requestsPerSecond, 10)
  assert.equal(shop(before, counts({})), undefined)
})

test('an agent that is connected but silent has measured nothing', () => {
  const silent = counts({ one: beatAt(1_000, { 'shop-web-r1': { requests: 10 } }, { i1: { cpuSeconds: 5 } }) })
  assert.equal(shop(silent, silent), undefined)
})

test('an agent that came back is not compared with what it was before', () => {
  const before = counts({ one: beatAt(500_000, { 'shop-web-r1': { requests: 10_000 } }, { i1: { cpuSeconds: 50 } }) })
  const after = counts({ one: beatAt(1_000, { 'shop-web-r1': { requests: 3 } }, { i1: { cpuSeconds: 90 } }) }, 'again')
  assert.deepEqual(shop(before, after), {
    requestsPerSecond: null,
    errorsPerSecond: null,
    inFlight: 0,
    cpuRatio: null,
    memoryBytes: 100,
  })
})

test('an edge that cannot be looked at has no requests, and its machine’s instances still have a use', () => {
  const blind = beatAt(3_000, { 'shop-web-r1': { requests: 10 } }, { i1: { cpuSeconds: 4 } })
  const before = counts({ one: beatAt(1_000, { 'shop-web-r1': { requests: 10 } }, { i1: { cpuSeconds: 1 } }) })
  const after = counts({ one: { ...blind, edge: { ...blind.edge, countedAtMs: null } } })
  const figures = shop(before, after)
  assert.deepEqual([figures?.requestsPerSecond, figures?.inFlight, figures?.cpuRatio], [null, null, 1.5])
})

test('use is added up over instances, in cores; one that is new has no use yet, but its memory', () => {
  const before = counts({ one: beatAt(1_000, {}, { i1: { cpuSeconds: 10 }, i2: { cpuSeconds: 20 } }) })
  const after = counts({
    one: beatAt(3_000, {}, { i1: { cpuSeconds: 11 }, i2: { cpuSeconds: 22 }, i3: { cpuSeconds: 500 } }),
  })
  const figures = shop(before, after)
  assert.deepEqual([figures?.cpuRatio, figures?.memoryBytes], [1.5, 300])
})

test('what belongs to no app that is known is left out, and apps are kept apart', () => {
  const before = counts({ one: beatAt(1_000, { 'blog-web-r1': {}, stranger: {} }) })
  const after = counts({ one: beatAt(3_000, { 'blog-web-r1': { requests: 2 }, stranger: { requests: 50 } }) })
  const figures = figuresBetween(before, after, appOf)
  assert.deepEqual([...figures.keys()], ['blog'])
  assert.equal(figures.get('blog')?.requestsPerSecond, 1)
})
