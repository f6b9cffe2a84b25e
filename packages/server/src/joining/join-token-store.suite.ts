import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { joinTokenStore } from './join-token-store.ts'

const hourMs = 3_600_000
const invalid = { code: 'join_token_invalid' }
const wanted = { machine: 'worker1', role: 'worker', createdBy: 'ada@x.org', expiresAtMs: testTimeMs + hourMs } as const

export const joinTokenStoreSuite = (engine: TestEngine) =>
  describe(`join tokens on ${engine.name}`, () => {
    async function open(t: TestContext) {
      const clock = { nowMs: testTimeMs }
      const deps = await openForTest(t, await engine.place(t), () => clock.nowMs)
      return { tokens: joinTokenStore(deps), database: deps.database, clock }
    }
    const use = (secret: string, keySha256 = 'key-1', machine = 'worker1') => ({ secret, keySha256, machine })

    test('lets in one machine, once, and the secret is not in the database', async (t) => {
      const { tokens, database } = await open(t)
      const { secret, row } = await tokens.create(wanted)
      assert.equal((await tokens.getUnused(secret)).id, row.id)
      const redeemed = await tokens.redeem(use(secret))
      assert.deepEqual([redeemed.id, redeemed.role, redeemed.createdBy], [row.id, 'worker', 'ada@x.org'])
      await assert.rejects(tokens.redeem(use(secret, 'key-2')), { ...invalid, message: /was used on .*good for once/ })
      await assert.rejects(tokens.getUnused(secret), { ...invalid, message: /was used/ })
      assert.equal((await tokens.getValid(secret)).id, row.id)
      const stored = JSON.stringify(await database.db.selectFrom('joinTokens').selectAll().execute())
      assert.ok(!stored.includes(secret))
    })

    test('of those who use it at once exactly one gets in', async (t) => {
      const { tokens } = await open(t)
      const { secret } = await tokens.create(wanted)
      const uses = await Promise.allSettled([1, 2, 3, 4, 5].map((key) => tokens.redeem(use(secret, `key-${key}`))))
      assert.equal(uses.filter(({ status }) => status === 'fulfilled').length, 1)
    })

    test('the key that used it may ask again, as when the answer was lost', async (t) => {
      const { tokens, clock } = await open(t)
      const { secret, row } = await tokens.create(wanted)
      await tokens.redeem(use(secret))
      assert.equal((await tokens.redeem(use(secret))).id, row.id)
      clock.nowMs += hourMs
      await assert.rejects(tokens.redeem(use(secret)), invalid)
    })

    test('is for one name only, and trying another does not use it up', async (t) => {
      const { tokens } = await open(t)
      const { secret } = await tokens.create(wanted)
      const words = /is for the machine worker1 and not for worker2/
      await assert.rejects(tokens.redeem(use(secret, 'key-1', 'worker2')), { ...invalid, message: words })
      await tokens.redeem(use(secret))
    })

    test('ends at its time, and says so', async (t) => {
      const { tokens, clock } = await open(t)
      const { secret } = await tokens.create(wanted)
      clock.nowMs += hourMs
      const expired = { ...invalid, message: /expired on 2030-01-02T04:04:05/, hint: /join-command/ }
      await assert.rejects(tokens.redeem(use(secret)), expired)
      await assert.rejects(tokens.getUnused(secret), expired)
      await assert.rejects(tokens.getValid(secret), expired)
    })

    test('a newer one for the same name takes its place', async (t) => {
      const { tokens } = await open(t)
      const first = await tokens.create(wanted)
      const second = await tokens.create({ ...wanted, role: 'manager' })
      const other = await tokens.create({ ...wanted, machine: 'worker2' })
      await assert.rejects(tokens.redeem(use(first.secret)), { ...invalid, message: /newer one/ })
      assert.equal((await tokens.redeem(use(second.secret))).role, 'manager')
      await tokens.redeem(use(other.secret, 'key-1', 'worker2'))
    })

    test('what was never a secret is refused alike', async (t) => {
      const { tokens } = await open(t)
      for (const secret of ['', 'x', '\0']) await assert.rejects(tokens.redeem(use(secret)), invalid)
    })
  })
