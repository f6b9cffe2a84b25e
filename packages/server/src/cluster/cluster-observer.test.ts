import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { aService, fakeEngine } from '@berth/engine'
import pino from 'pino'
import { clusterObserver } from './cluster-observer.ts'

function setUp(times = { busyMs: 300, idleMs: 2_000 }) {
  const fake = fakeEngine()
  const clock = { nowMs: 1_000 }
  const seen = { looks: 0, changes: 0 }
  let held: Promise<unknown> | undefined
  const engine = {
    ...fake.engine,
    async observe(signal?: AbortSignal) {
      seen.looks++
      const kept = held
      held = undefined
      const picture = await fake.engine.observe(signal)
      await kept
      return picture
    },
  }
  /** Keeps the next look's answer back until it is resolved. */
  function hold() {
    const gate = Promise.withResolvers<void>()
    held = gate.promise
    return gate
  }
  const cluster = clusterObserver({
    engine,
    isBusy: () => false,
    onChange: () => void seen.changes++,
    now: () => clock.nowMs,
    log: pino({ level: 'silent' }),
    times,
  })
  return { fake, clock, seen, cluster, hold }
}
const { signal } = new AbortController()

test('tells of a change once, and not of looks that show nothing new', async () => {
  const { fake, seen, cluster } = setUp()
  await cluster.look(signal)
  await cluster.look(signal)
  assert.equal(seen.changes, 1)
  await fake.engine.ensureNetwork('n')
  await fake.engine.createService({ ...aService(), network: 'n' })
  await cluster.look(signal)
  assert.equal(seen.changes, 2)
})

test('what looks the same is the same object, and as fresh as the newest look', async () => {
  const { clock, cluster } = setUp()
  await cluster.look(signal)
  const before = cluster.current()
  clock.nowMs += 5_000
  assert.equal(await cluster.refresh(signal), before)
  assert.equal(cluster.current(), before)
  assert.equal(cluster.ageMs(), 0)
})

test('what is recent enough is not looked at again, and many who ask at once share one look', async () => {
  const { clock, seen, cluster } = setUp()
  await Promise.all(Array.from({ length: 20 }, () => cluster.recent(signal)))
  assert.equal(seen.looks, 1)
  clock.nowMs += 400
  await cluster.recent(signal)
  assert.equal(seen.looks, 1)
  clock.nowMs += 400
  await cluster.recent(signal)
  assert.equal(seen.looks, 2)
})

test('while the engine does not answer, the last picture is given', async () => {
  const { fake, clock, cluster } = setUp()
  await cluster.look(signal)
  clock.nowMs += 10_000
  fake.outage.error = new Error('gone')
  assert.equal((await cluster.recent(signal))?.machines.length, 1)
  assert.equal(cluster.ageMs(), 10_000)
  assert.equal(cluster.currentWithin(10_000)?.machines.length, 1)
  assert.equal(cluster.currentWithin(9_999), undefined)
})

test('a nudge is answered with a look at once, and a few more soon after', async (t) => {
  const { seen, cluster } = setUp({ busyMs: 60_000, idleMs: 60_000 })
  const stop = new AbortController()
  t.after(() => stop.abort())
  cluster.run(stop.signal).catch(() => undefined)
  await t.waitFor(() => assert.equal(seen.changes, 1))
  await delay(20) // So that it waits for the next look.
  for (let i = 0; i < 100; i++) cluster.nudge()
  await t.waitFor(() => assert.equal(seen.looks, 5), { interval: 5 })
  await delay(200)
  assert.equal(seen.looks, 5)
})

test('a look that a later one overtook does not bring an old picture back', async () => {
  const { fake, cluster, hold } = setUp()
  const slow = hold()
  const first = cluster.look(signal)
  await fake.engine.ensureNetwork('n')
  await fake.engine.createService({ ...aService(), network: 'n' })
  await cluster.look(signal)
  assert.equal(cluster.current()?.services.length, 1)
  slow.resolve()
  await first
  assert.equal(cluster.current()?.services.length, 1)
})
