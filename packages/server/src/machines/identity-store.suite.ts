import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { MachineCertificate } from '@berth/identity'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import type { Claim } from './identity-plan.ts'
import { identityStore } from './identity-store.ts'

const forbidden = { code: 'forbidden' }
const weekMs = 7 * 24 * 3_600_000

export const identityStoreSuite = (engine: TestEngine) =>
  describe(`identities of machines on ${engine.name}`, () => {
    async function open(t: TestContext) {
      const clock = { nowMs: testTimeMs }
      const deps = await openForTest(t, await engine.place(t), () => clock.nowMs)
      return { identities: identityStore(deps), clock, database: deps.database }
    }
    const claim = (name: string, change: Partial<MachineCertificate> = {}, machineId = `id-${name}`): Claim => ({
      certificate: {
        ...{ name, identityId: `identity-${name}`, machineId: null, isManager: false },
        ...{ issuedAtMs: testTimeMs, notAfterMs: testTimeMs + weekMs },
        ...change,
      },
      machineId,
      saysManager: true,
    })
    const join = { identityId: 'identity-w1', name: 'w1', certificateEndsAtMs: testTimeMs + weekMs }

    test('an identity is bound to the machine that shows it first', async (t) => {
      const { identities } = await open(t)
      await identities.add(join)
      assert.equal((await identities.records()).size, 0)
      await identities.admit(claim('w1'))
      await identities.admit(claim('w1'))
      const record = (await identities.records()).get('id-w1')
      assert.deepEqual([record?.addedAtMs, record?.certificateEndsAtMs], [testTimeMs, testTimeMs + weekMs])
      await assert.rejects(identities.admit(claim('w1', {}, 'id-thief')), forbidden)
    })

    test('one that comes again as it was is let in without a transaction, and anew when it has a new certificate', async (t) => {
      const { identities, database, clock } = await open(t)
      await identities.admit(claim('w1'))
      let transactions = 0
      const transaction: typeof database.transaction = (work) => {
        transactions += 1
        return database.transaction(work)
      }
      const counted = identityStore({ database: { ...database, transaction }, newId: () => '', now: () => clock.nowMs })
      clock.nowMs += 1_000
      assert.deepEqual(await counted.admit(claim('w1')), { isManager: false })
      assert.equal(transactions, 0)
      await counted.admit(claim('w1', { notAfterMs: testTimeMs + 2 * weekMs }))
      assert.equal(transactions, 1)
      assert.equal((await identities.find('w1'))?.certificateEndsAtMs, testTimeMs + 2 * weekMs)
      await assert.rejects(counted.admit(claim('w1', {}, 'id-thief')), forbidden)
      await identities.remove({ machineId: 'id-w1', name: 'w1' })
      await assert.rejects(counted.admit(claim('w1')), forbidden)
    })

    test('one that the CA signed and nobody knows is recorded, unless it claims what another has', async (t) => {
      const { identities } = await open(t)
      await identities.admit(claim('m1', { isManager: true }))
      assert.equal((await identities.find('m1'))?.role, 'manager')
      await assert.rejects(identities.admit(claim('m1', { identityId: 'another' })), forbidden)
      await assert.rejects(identities.admit(claim('m2', {}, 'id-m1')), forbidden)
      assert.equal((await identities.records()).size, 1)
    })

    test('of two that claim one name at once, one gets it', async (t) => {
      const { identities } = await open(t)
      const claims = [1, 2, 3].map((number) => claim('m1', { identityId: `i${number}` }, `id-${number}`))
      const outcomes = await Promise.allSettled(claims.map((each) => identities.admit(each)))
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
      assert.equal((await identities.records()).size, 1)
    })

    test('a removed machine is refused ever after, and its name is free', async (t) => {
      const { identities, clock } = await open(t)
      await identities.admit(claim('w1'))
      await identities.remove({ machineId: 'id-w1', name: 'w1' })
      assert.equal(await identities.isRemoved('identity-w1'), true)
      clock.nowMs += weekMs
      await assert.rejects(identities.admit(claim('w1')), { ...forbidden, message: /removed/ })
      await assert.rejects(identities.admit(claim('w1', { machineId: 'id-w1' })), { ...forbidden, message: /removed/ })
      await identities.admit(claim('w1', { identityId: 'new' }, 'id-new'))
      assert.equal(await identities.isRemoved('new'), false)
    })

    test('removal ends an open join token for that name', async (t) => {
      const { identities, database } = await open(t)
      const row = { machine: 'w1', id: 'x', secretHash: 'h', role: 'worker', createdBy: 'a', createdAtMs: 1 }
      const token = { ...row, expiresAtMs: 2, usedAtMs: null, usedByKey: null }
      await database.db.insertInto('joinTokens').values(token).execute()
      await identities.remove({ machineId: 'id-w1', name: 'w1' })
      assert.deepEqual(await database.db.selectFrom('joinTokens').selectAll().execute(), [])
    })

    test('a demoted machine is no manager any more, whatever the certificate from before says', async (t) => {
      const { identities, clock } = await open(t)
      assert.deepEqual(await identities.admit(claim('m1', { isManager: true })), { isManager: true })
      clock.nowMs += 1_000
      await identities.setRole('id-m1', 'worker')
      assert.deepEqual(await identities.admit(claim('m1', { isManager: true })), { isManager: false })
      clock.nowMs += 1_000
      await identities.renewed('identity-m1', { role: 'manager', endsAtMs: 5 })
      assert.deepEqual(await identities.admit(claim('m1', { isManager: true })), { isManager: true })
    })

    test('who joins anew under a name takes the place of what was left of an earlier joining', async (t) => {
      const { identities } = await open(t)
      await identities.add(join)
      await identities.add({ ...join, identityId: 'second' })
      await identities.add({ ...join, identityId: 'second', certificateEndsAtMs: 7 })
      const found = await identities.find('w1')
      assert.deepEqual([found?.identityId, found?.certificateEndsAtMs], ['second', 7])
      assert.equal(await identities.isRemoved('identity-w1'), true)
    })
  })
