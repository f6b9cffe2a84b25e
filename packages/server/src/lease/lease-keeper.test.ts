import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from './fake-clock.ts'
import { keepLease } from './lease-keeper.ts'
import type { LeaseStore } from './lease-store.ts'

const timing = { name: 'active-server', ttlMs: 10_000, renewMs: 3_000 }

/** A lease store that can be slow, away, or answer late. */
function fakeStore(clock: { nowMs(): number }) {
  let lease: { holder: string; expiresAtMs: number } | undefined
  const gate: { wait?: Promise<unknown> | undefined; error?: Error | undefined } = {}
  const store: LeaseStore = {
    async acquire({ holder, ttlMs }) {
      if (gate.error) throw gate.error
      const isFree = !lease || lease.holder === holder || lease.expiresAtMs <= clock.nowMs()
      if (isFree) lease = { holder, expiresAtMs: clock.nowMs() + ttlMs }
      await gate.wait
      return isFree
    },
    async release({ holder }) {
      if (lease?.holder === holder) lease = undefined
    },
    async find(name) {
      return lease && { name, ...lease }
    },
  }
  return { store, gate }
}

function setUp() {
  const clock = fakeClock()
  const { store, gate } = fakeStore(clock)
  const start = (holder: string, ownStore = store) => {
    const stop = new AbortController()
    const events: string[] = []
    const keeper = keepLease({
      ...timing,
      ...{ store: ownStore, holder, clock, signal: stop.signal },
      onGained: () => events.push('gained'),
      onLost: () => events.push('lost'),
    })
    const end = () => {
      stop.abort()
      return keeper.stopped
    }
    return { ...keeper, events, stop: end }
  }
  return { clock, store, gate, start }
}

test('one gains it and keeps it while the others wait', async () => {
  const { clock, start } = setUp()
  const [first, second] = [start('a'), start('b')]
  await clock.advance(60_000)
  assert.deepEqual([first.events, second.events], [['gained'], []])
  await Promise.all([first.stop(), second.stop()])
})

test('a clean stop hands it over at the next try of another, not only when it would have expired', async () => {
  const { clock, start } = setUp()
  const [first, second] = [start('a'), start('b')]
  await clock.advance(1_000)
  await first.stop()
  assert.deepEqual(first.events, ['gained', 'lost'])
  await clock.advance(timing.renewMs)
  assert.deepEqual(second.events, ['gained'])
  await second.stop()
})

test('when the database is away it is lost before anyone else could have it, and regained', async () => {
  const { clock, gate, start } = setUp()
  const keeper = start('a')
  await clock.advance(1_000)
  gate.error = new Error('connection refused')
  await clock.advance(7_999)
  assert.equal(keeper.holds(), true)
  await clock.advance(1)
  assert.deepEqual([keeper.holds(), keeper.events], [false, ['gained', 'lost']])
  gate.error = undefined
  await clock.advance(timing.renewMs)
  assert.deepEqual(keeper.events, ['gained', 'lost', 'gained'])
  await keeper.stop()
})

test('a renewal that hangs does not prolong it, and its late answer counts from when it was asked', async () => {
  const { clock, gate, start } = setUp()
  const keeper = start('a')
  await clock.advance(1_000)
  const hanging = Promise.withResolvers<void>()
  gate.wait = hanging.promise
  await clock.advance(20_000)
  assert.deepEqual(keeper.events, ['gained', 'lost'])
  gate.wait = undefined
  hanging.resolve()
  await clock.advance(0)
  assert.equal(keeper.holds(), false)
  await clock.advance(timing.renewMs)
  assert.equal(keeper.holds(), true)
  await keeper.stop()
})

test('a process that was frozen knows by itself that it no longer holds it, before any timer ran', async () => {
  const { clock, start } = setUp()
  const keeper = start('a')
  await clock.advance(0)
  assert.equal(keeper.holds(), true)
  clock.jump(9_000)
  assert.equal(keeper.holds(), false)
  await keeper.stop()
})

test('at every moment at most one of five holds it, whatever happens to them', async () => {
  const { clock, store, start } = setUp()
  let seed = 7
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const flaky: LeaseStore = {
    ...store,
    async acquire(lease) {
      const fate = random()
      if (fate < 0.2) throw new Error('connection reset')
      if (fate < 0.4) await clock.wait(random() * 15_000, new AbortController().signal)
      const taken = await store.acquire(lease)
      if (fate > 0.8) await clock.wait(random() * 15_000, new AbortController().signal)
      return taken
    },
  }
  const keepers = ['a', 'b', 'c', 'd', 'e'].map((holder) => start(holder, flaky))
  let heldSteps = 0
  for (let step = 0; step < 3_000; step++) {
    await clock.advance(100)
    const holders = keepers.filter((keeper) => keeper.holds()).length
    assert.ok(holders <= 1, `${holders} hold it at ${clock.nowMs()} ms`)
    heldSteps += holders
  }
  assert.ok(heldSteps > 1_000, 'hardly ever held: the test shows nothing')
  assert.ok(keepers.filter(({ events }) => events.length > 1).length > 2, 'it never changed hands')
  const stopping = Promise.all(keepers.map(({ stop }) => stop()))
  await clock.advance(60_000)
  await stopping
})
