import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { tokenStore } from './token-store.ts'

const ci = { name: 'ci', access: 'deploy', createdBy: 'alice' } as const

export const tokenStoreSuite = (engine: TestEngine) =>
  describe(`tokens on ${engine.name}`, () => {
    test('a token is found by itself, and the database does not hold it', async (t) => {
      const deps = await openForTest(t, await engine.place(t))
      const tokens = tokenStore(deps)
      const { token, row } = await tokens.create(ci)
      assert.match(token, /^berth_[\w-]{43}$/)
      assert.deepEqual({ ...(await tokens.findByToken(token)), lastUsedAtMs: null }, row)
      assert.equal(await tokens.findByToken(`${token}x`), undefined)
      assert.equal(await tokens.findByToken(''), undefined)
      const stored = JSON.stringify(await deps.database.db.selectFrom('tokens').selectAll().execute())
      assert.ok(!stored.includes(token.slice(6)))
    })

    test('an expired token is as good as none', async (t) => {
      let nowMs = testTimeMs
      const tokens = tokenStore(await openForTest(t, await engine.place(t), () => nowMs))
      const { token } = await tokens.create({ ...ci, expiresAtMs: testTimeMs + 1_000 })
      nowMs += 999
      assert.equal((await tokens.findByToken(token))?.name, 'ci')
      nowMs += 1
      assert.equal(await tokens.findByToken(token), undefined)
    })

    test('its last use is written at most once a minute', async (t) => {
      let nowMs = testTimeMs
      const tokens = tokenStore(await openForTest(t, await engine.place(t), () => nowMs))
      const { token } = await tokens.create(ci)
      const useAfter = async (durationMs: number) => {
        nowMs += durationMs
        return (await tokens.findByToken(token))?.lastUsedAtMs
      }
      assert.equal(await useAfter(0), testTimeMs)
      assert.equal(await useAfter(59_999), testTimeMs)
      assert.equal(await useAfter(1), testTimeMs + 60_000)
    })

    test('a token that was chosen at install is made valid once', async (t) => {
      const tokens = tokenStore(await openForTest(t, await engine.place(t)))
      const [first] = await Promise.all([1, 2, 3].map(() => tokens.ensure('berth_chosen', 'installer', 'admin')))
      assert.equal((await tokens.ensure('berth_chosen', 'other', 'read')).id, first?.id)
      assert.equal((await tokens.findByToken('berth_chosen'))?.access, 'admin')
    })
  })
