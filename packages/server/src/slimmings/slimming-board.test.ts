import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError, type SlimReport } from '@berth/contract'
import { slimmingBoard } from './slimming-board.ts'

const shop = { name: 'shop', createdAtMs: 1 }
const wanted = {
  ...{ app: 'shop', service: 'web', releaseVersion: 1, image: 'shop:1', isAggressive: false },
  ...{ machine: 'alpha', requestedBy: 'ann' },
}
const report = { outcome: 'slimmed' } as SlimReport
const never = new AbortController().signal

function setUp(unfollowedMs?: number) {
  let ids = 0
  const board = slimmingBoard({ newId: () => `s${++ids}`, now: () => 0, ...(unfollowedMs ? { unfollowedMs } : {}) })
  const { promise, resolve, reject } = Promise.withResolvers<SlimReport>()
  let tell: (text: string) => void = () => {}
  const stopped = Promise.withResolvers<unknown>()
  const start = () =>
    board.start(shop, wanted, (given, signal) => {
      tell = given
      signal.addEventListener('abort', () => stopped.resolve(signal.reason))
      return promise
    })
  return { board, start, finish: resolve, fail: reject, tell: (text: string) => tell(text), stopped: stopped.promise }
}

async function statesOf(events: AsyncIterable<{ state: string; detail: string | null }>) {
  const seen: string[] = []
  for await (const { state, detail } of events) seen.push(detail ?? state)
  return seen
}

test('whoever follows hears what is done, and then what came of it', async () => {
  const { board, start, finish, tell } = setUp()
  const { id } = start()
  tell('reading')
  const events = board.follow(shop, id, never)
  assert.equal((await events.next()).value?.detail, 'reading')
  finish(report)
  assert.deepEqual(await statesOf(events), ['succeeded'])
  assert.deepEqual(board.list(shop)[0]?.report, report)
})

test('a failure is told in its own words, and one of ours in none', async () => {
  const { board, start, fail } = setUp()
  const { id } = start()
  fail(new PlatformError('engine_failed', 'no space', { hint: 'make room' }))
  assert.equal((await statesOf(board.follow(shop, id, never))).at(-1), 'failed')
  assert.deepEqual(board.list(shop)[0]?.failure, { code: 'engine_failed', message: 'no space', hint: 'make room' })
  const other = setUp()
  const begun = other.start()
  other.fail(new TypeError('undefined is not a function'))
  await statesOf(other.board.follow(shop, begun.id, never))
  assert.equal(other.board.list(shop)[0]?.failure?.code, 'internal')
})

test('an app has one at a time, and one that is over cannot be cancelled', async () => {
  const { board, start, stopped, finish } = setUp()
  const { id } = start()
  assert.throws(start, { code: 'conflict', message: /ann began it on alpha/ })
  assert.equal(board.cancel(shop, id, 'bob').state, 'cancelled')
  assert.match(String(await stopped), /Cancelled by bob/)
  assert.throws(() => board.cancel(shop, id, 'bob'), { code: 'slimming_finished' })
  finish(report)
  await Promise.resolve()
  assert.equal(board.list(shop)[0]?.state, 'cancelled', 'what comes too late changes nothing')
  assert.equal(start().state, 'running')
})

test('one that nobody follows any more is cancelled', async () => {
  const { board, start, stopped } = setUp(1)
  const { id } = start()
  const left = new AbortController()
  const events = board.follow(shop, id, left.signal)
  await events.next()
  left.abort()
  await assert.rejects(events.next())
  assert.match(String(await stopped), /nobody followed/)
})

test('of another app that has the name now nothing is told', () => {
  const { board, start } = setUp()
  const { id } = start()
  const another = { name: 'shop', createdAtMs: 2 }
  assert.deepEqual(board.list(another), [])
  assert.throws(() => board.follow(another, id, never), { code: 'slimming_not_found' })
  board.cancel(shop, id, 'ann')
})

test('the last five of an app are remembered, newest first', async () => {
  const board = slimmingBoard({
    newId: (
      (n) => () =>
        `s${++n}`
    )(0),
    now: () => 0,
  })
  for (let i = 0; i < 7; i++) {
    const { id } = board.start(shop, wanted, async () => report)
    await statesOf(board.follow(shop, id, never))
  }
  assert.deepEqual(
    board.list(shop).map(({ id }) => id),
    ['s7', 's6', 's5', 's4', 's3'],
  )
})
