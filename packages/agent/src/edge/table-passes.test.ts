import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteTable } from '@berth/contract'
import { fingerprintOf } from './edge-memory.ts'
import { statusBoard } from './status-board.ts'
import { tablePasses } from './table-passes.ts'

const tableOf = (app: string): RouteTable => ({
  backends: [],
  routes: [{ host: `${app}.localhost`, app, backend: null }],
})
const [first, second, third] = ['one', 'two', 'three'].map(tableOf) as [RouteTable, RouteTable, RouteTable]

/** Passes over an edge that serves at once, or does what the test says. */
function passesOver({ needsReload = false, untilReloadIsDue = async () => {}, refuses = false } = {}) {
  const served: RouteTable[] = []
  const missing = new Map<string, unknown>()
  const time = { nowMs: 0 }
  const board = statusBoard()
  const serving = {
    served: () => served.at(-1) ?? first,
    seen: () => undefined,
    missingNetworks: () => missing,
    join: async () => {},
    needsReload: async () => needsReload,
    untilReloadIsDue,
    serve: async (table: RouteTable) => {
      if (refuses) throw new Error('refused')
      served.push(table)
    },
    leaveOthers: async () => {},
    look: async () => ({ countedAtMs: 1, backends: [] }),
    unseen: () => ({ countedAtMs: null, backends: [] }),
  }
  const clock = { nowMs: () => time.nowMs, wait: async () => {} }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const deps = { serving, remember: async () => {}, board, clock, log }
  const passes = tablePasses(deps, first, new AbortController().signal)
  return { passes, board, served, missing, time }
}

test('a table that is served already is not worked on again', async () => {
  const { passes, served } = passesOver()
  await passes.serve(second)
  await passes.serve(tableOf('two'))
  assert.deepEqual(served, [second])
})

test('a table that comes while another is worked on is served next, and both callers see it', async () => {
  const { passes, board, served } = passesOver()
  await Promise.all([passes.serve(second), passes.serve(third)])
  assert.equal(served.at(-1), third)
  assert.equal(board.status().fingerprint, fingerprintOf(third))
})

test('of the tables that come while a reload has to wait, only the newest is served', async () => {
  const due = Promise.withResolvers<void>()
  const { passes, served } = passesOver({ needsReload: true, untilReloadIsDue: () => due.promise })
  const both = [passes.serve(second), passes.serve(third)]
  due.resolve()
  await Promise.all(both)
  assert.deepEqual(served, [third])
})

test('a table that was refused is an error, keeps the fingerprint, and is tried again later', async () => {
  const { passes, board, time } = passesOver({ refuses: true })
  await passes.serve(second)
  assert.deepEqual(board.status(), { fingerprint: null, error: 'refused', countedAtMs: null, backends: [] })
  assert.equal(passes.isRetryDue(), false)
  time.nowMs = 5001
  assert.equal(passes.isRetryDue(), true)
})

test('a network that could not be joined is told, and the system network only tried again', async () => {
  const { passes, board, missing, time } = passesOver()
  missing.set('berth-system', new Error('not found'))
  await passes.serve(second)
  assert.equal(board.status().error, null)
  missing.set('berth-project-shop', new Error('no subnet'))
  await passes.serve(third)
  assert.equal(board.status().error, 'Cannot join network berth-project-shop: no subnet')
  assert.equal(passes.isRetryDue(), false)
  time.nowMs = 1001
  assert.equal(passes.isRetryDue(), true)
})
