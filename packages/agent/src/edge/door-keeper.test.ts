import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteTable } from '@berth/contract'
import { doorKeeper } from './door-keeper.ts'

const tableOf = (backend: string): RouteTable => ({
  backends: [],
  routes: [{ host: 'shop.localhost', app: 'shop', backend }],
})
const [old, newest] = [tableOf('shop-web-r1'), tableOf('shop-web-r2')]
const log = { debug() {}, info() {}, warn() {}, error() {} }

/** A keeper of an edge that serves the old table. */
function keeperOf() {
  const done: string[] = []
  const listeners = new Set<() => void>()
  const stop = new AbortController()
  const keeper = doorKeeper(
    {
      door: {
        close: async (reason) => void done.push(reason),
        turn: () => done.length,
        trust: (turn) => void done.push(`trust ${turn}`),
      },
      serving: { served: () => old, look: async () => ({ countedAtMs: 1, backends: [] }) },
      lapses: {
        onLapse(listener) {
          listeners.add(listener)
          return () => void listeners.delete(listener)
        },
      },
      log,
    },
    stop.signal,
  )
  const serve = async (table: RouteTable) => keeper.endTurn(await keeper.beginTurn(table))
  return { keeper, done, listeners, stop, serve }
}

test('the first table after a time without a server closes the door where the old one misleads', async () => {
  const { keeper, done, serve } = keeperOf()
  await serve(newest)
  assert.deepEqual(done.splice(0), ['routes have changed', 'trust 1'])
  keeper.setReach('away')
  keeper.setReach('linked')
  await serve(newest)
  assert.deepEqual(done, ['routes have changed', 'trust 1'])
})

test('a lost link alone closes nothing, nor does a table that says the same', async () => {
  const { keeper, done, serve } = keeperOf()
  keeper.setReach('away')
  keeper.setReach('silent')
  keeper.setReach('linked')
  await serve(old)
  assert.deepEqual(done, ['trust 0'])
})

test('while a server speaks, routes change without a wait', async () => {
  const { done, serve } = keeperOf()
  await serve(old)
  await serve(newest)
  assert.deepEqual(done, ['trust 0', 'trust 1'])
})

test('a lapse closes the door, until the edge is given up', () => {
  const { done, listeners, stop } = keeperOf()
  for (const lapse of listeners) lapse()
  assert.deepEqual(done, ['stood still'])
  stop.abort()
  assert.equal(listeners.size, 0)
})
