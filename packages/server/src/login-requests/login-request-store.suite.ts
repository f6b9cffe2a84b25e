import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { addTestUser } from '../projects/test-users.ts'
import { tokenStore } from '../tokens/token-store.ts'
import { loginRequestStore } from './login-request-store.ts'

const laptop = { client: 'berth on laptop', address: '192.0.2.1' }
const minuteMs = 60_000

export const loginRequestStoreSuite = (engine: TestEngine) =>
  describe(`login requests on ${engine.name}`, () => {
    const open = async (t: TestContext, now?: () => number) => {
      const deps = await openForTest(t, await engine.place(t), now)
      const userId = await addTestUser(deps.database, 'ada@x.org')
      return { requests: loginRequestStore(deps), tokens: tokenStore(deps), userId, database: deps.database }
    }

    test('is shown by its code, and its secret is not in the database', async (t) => {
      const { requests, database } = await open(t)
      const { secret, row } = await requests.create(laptop)
      assert.match(row.code, /^[CFGHJKMNPRTWXY34679]{4}-[CFGHJKMNPRTWXY34679]{4}$/)
      assert.equal(row.expiresAtMs, testTimeMs + 10 * minuteMs)
      assert.deepEqual(await requests.get(row.code), row)
      assert.deepEqual([row.state, row.client, row.address], ['waiting', laptop.client, laptop.address])
      await assert.rejects(requests.get('AAAA-AAAA'), { code: 'not_found' })
      const stored = JSON.stringify(await database.db.selectFrom('loginRequests').selectAll().execute())
      assert.ok(!stored.includes(secret))
    })

    test('gives the token once, to who knows the secret, and only after it was approved', async (t) => {
      const { requests, tokens, userId } = await open(t)
      const { secret, row } = await requests.create(laptop)
      assert.deepEqual(await requests.fetchToken(secret), { state: 'waiting' })
      for (const wrong of ['', `${secret}x`, row.code]) {
        await assert.rejects(requests.fetchToken(wrong), { code: 'not_found' })
      }
      await requests.answer(row.code, { userId, access: 'deploy' })
      const answers = await Promise.allSettled([1, 2, 3, 4, 5].map(() => requests.fetchToken(secret)))
      const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.token] : []))
      assert.equal(given.length, 1)
      const found = await tokens.findByToken(given[0]?.token ?? '')
      const { name, access, ownerId, createdBy, expiresAtMs } = found ?? {}
      assert.deepEqual([name, access, ownerId, createdBy], ['berth on laptop', 'deploy', userId, 'ada@x.org'])
      assert.equal(expiresAtMs, testTimeMs + 90 * 24 * 60 * minuteMs)
      assert.equal((await tokens.list({ ownerId: userId })).length, 1)
    })

    test('a refusal stays one', async (t) => {
      const { requests, userId } = await open(t)
      const { secret, row } = await requests.create(laptop)
      assert.equal((await requests.answer(row.code, { userId, access: null })).state, 'refused')
      await assert.rejects(requests.answer(row.code, { userId, access: 'admin' }), { code: 'conflict' })
      assert.deepEqual(await requests.fetchToken(secret), { state: 'refused' })
    })

    test('of those who answer at once exactly one is heard', async (t) => {
      const { requests, userId } = await open(t)
      const { row } = await requests.create(laptop)
      const access = ['read', 'deploy', 'admin', null, null] as const
      const answers = await Promise.allSettled(access.map((it) => requests.answer(row.code, { userId, access: it })))
      assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
    })

    test('ends after ten minutes, approved or not', async (t) => {
      let nowMs = testTimeMs
      const { requests, userId } = await open(t, () => nowMs)
      const approved = await requests.create(laptop)
      const waiting = await requests.create(laptop)
      await requests.answer(approved.row.code, { userId, access: 'read' })
      nowMs += 10 * minuteMs
      assert.deepEqual(await requests.fetchToken(approved.secret), { state: 'expired' })
      assert.equal((await requests.get(waiting.row.code)).state, 'expired')
      await assert.rejects(requests.answer(waiting.row.code, { userId, access: 'read' }), /expired already/)
      nowMs += 60 * minuteMs
      await requests.create(laptop)
      await assert.rejects(requests.get(waiting.row.code), { code: 'not_found' })
    })

    test('what was approved by someone who is gone gives no token', async (t) => {
      const { requests, userId, database } = await open(t)
      const { secret, row } = await requests.create(laptop)
      await requests.answer(row.code, { userId, access: 'read' })
      await database.db.deleteFrom('users').where('id', '=', userId).execute()
      await assert.rejects(requests.fetchToken(secret), { code: 'not_found' })
    })

    test('only so many may wait from one address, and others still can', async (t) => {
      let nowMs = testTimeMs
      const { requests } = await open(t, () => nowMs)
      for (let count = 0; count < 20; count++) await requests.create(laptop)
      await assert.rejects(requests.create(laptop), { code: 'rate_limited' })
      await requests.create({ ...laptop, address: '192.0.2.2' })
      nowMs += 10 * minuteMs
      await requests.create(laptop)
    })

    test('the name of a client cannot move or hide the words around it', async (t) => {
      const { requests } = await open(t)
      const { row } = await requests.create({ ...laptop, client: ' a\0b\n\u202Ec\u200B ' })
      assert.equal(row.client, 'abc')
    })
  })
