import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onPostgres, openForTest, testTimeMs } from '../database/test-databases.ts'
import { leaseStore } from './lease-store.ts'

const by = (holder: string) => ({ name: 'active-server', holder, ttlMs: 10_000 })

test('a lease is taken by one, renewed by that one, and by others only once it has expired', async (t) => {
  let nowMs = testTimeMs
  const { database } = await openForTest(t, await onPostgres.place(t))
  const leases = leaseStore({ database, databaseNow: () => nowMs })
  assert.equal(await leases.acquire(by('a')), true)
  assert.equal(await leases.acquire(by('b')), false)
  nowMs += 9_000
  assert.equal(await leases.acquire(by('a')), true)
  nowMs += 9_999
  assert.equal(await leases.acquire(by('b')), false)
  nowMs += 1
  assert.equal(await leases.acquire(by('b')), true)
  assert.equal(await leases.acquire(by('a')), false)
  const expected = { name: 'active-server', holder: 'b', expiresAtMs: nowMs + 10_000 }
  assert.deepEqual(await leases.find('active-server'), expected)
})

test('a lease is given back only by its holder', async (t) => {
  const leases = leaseStore(await openForTest(t, await onPostgres.place(t)))
  await leases.acquire(by('a'))
  await leases.release(by('b'))
  assert.equal(await leases.acquire(by('b')), false)
  await leases.release(by('a'))
  assert.equal(await leases.acquire(by('b')), true)
})

test('of twenty that want a lease at once, from two servers, one gets it', async (t) => {
  const location = await onPostgres.place(t)
  const stores = [leaseStore(await openForTest(t, location)), leaseStore(await openForTest(t, location))]
  const tries = Array.from({ length: 20 }, (_, i) => stores[i % 2]?.acquire(by(`holder-${i}`)))
  assert.equal((await Promise.all(tries)).filter(Boolean).length, 1)
})

test("a lease expires by the database's clock, which is near ours", async (t) => {
  const leases = leaseStore(await openForTest(t, await onPostgres.place(t)))
  const beforeMs = Date.now()
  await leases.acquire(by('a'))
  const takenAtMs = ((await leases.find('active-server'))?.expiresAtMs ?? 0) - by('a').ttlMs
  const aSecond = 1_000 // By which the clocks of two computers may differ.
  assert.ok(takenAtMs > beforeMs - aSecond && takenAtMs < Date.now() + aSecond, `${takenAtMs - beforeMs}`)
})
