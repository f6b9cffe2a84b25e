import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aService, fakeEngine } from '@berth/engine'
import pino from 'pino'
import { clusterObserver } from './cluster-observer.ts'

function setUp() {
  const fake = fakeEngine()
  const clock = { nowMs: 1_000 }
  const seen = { looks: 0, changes: 0 }
  const engine = {
    ...fake.engine,
    observe: (signal?: AbortSignal) => {
      seen.looks++
      return fake.engine.observe(signal)
    },
  }
  const cluster = clusterObserver({
    engine,
    isBusy: () => false,
    onChange: () => void seen.changes++,
    now: () => clock.nowMs,
    log: pino({ level: 'silent' }),
  })
  return { fake, clock, seen, cluster }
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
})
