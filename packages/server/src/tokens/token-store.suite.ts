import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { projectStore } from '../projects/project-store.ts'
import { addTestUser } from '../projects/test-users.ts'
import { tokenStore } from './token-store.ts'

const ci = { name: 'ci', access: 'deploy', createdBy: 'ada', ownerId: null, project: null, expiresAtMs: null } as const
const dayMs = 24 * 3_600_000

export const tokenStoreSuite = (engine: TestEngine) =>
  describe(`tokens on ${engine.name}`, () => {
    const open = async (t: TestContext, now?: () => number) => {
      const deps = await openForTest(t, await engine.place(t), now)
      return { tokens: tokenStore(deps), projects: projectStore(deps), database: deps.database }
    }

    test('a token is found by itself, and the database does not hold it', async (t) => {
      const { tokens, database } = await open(t)
      const { token, row } = await tokens.create(ci)
      assert.match(token, /^berth_[\w-]{43}$/)
      assert.deepEqual({ ...(await tokens.findByToken(token)), lastUsedAtMs: null }, row)
      assert.equal(await tokens.findByToken(`${token}x`), undefined)
      assert.equal(await tokens.findByToken(''), undefined)
      const stored = JSON.stringify(await database.db.selectFrom('tokens').selectAll().execute())
      assert.ok(!stored.includes(token.slice(6)))
    })

    test('an expired token is as good as none, and forgotten a month later', async (t) => {
      let nowMs = testTimeMs
      const { tokens } = await open(t, () => nowMs)
      const { token, row } = await tokens.create({ ...ci, expiresAtMs: testTimeMs + 1_000 })
      nowMs += 999
      assert.equal((await tokens.findByToken(token))?.name, 'ci')
      nowMs += 1
      assert.equal(await tokens.findByToken(token), undefined)
      assert.equal((await tokens.find(row.id))?.id, row.id, 'Still listed, for who wonders')
      nowMs += 31 * dayMs
      await tokens.create(ci)
      assert.equal(await tokens.find(row.id), undefined)
    })

    test('its last use is written at most once a minute', async (t) => {
      let nowMs = testTimeMs
      const { tokens } = await open(t, () => nowMs)
      const { token } = await tokens.create(ci)
      const useAfter = async (durationMs: number) => {
        nowMs += durationMs
        return (await tokens.findByToken(token))?.lastUsedAtMs
      }
      assert.equal(await useAfter(0), testTimeMs)
      assert.equal(await useAfter(59_999), testTimeMs)
      assert.equal(await useAfter(1), testTimeMs + 60_000)
    })

    test('a token rests while its owner is blocked, and goes with its owner', async (t) => {
      const { tokens, database } = await open(t)
      const ownerId = await addTestUser(database, 'ada@x.org')
      const { token, row } = await tokens.create({ ...ci, ownerId })
      const block = (isBlocked: number) =>
        database.db.updateTable('users').set({ isBlocked }).where('id', '=', ownerId).execute()
      await block(1)
      assert.equal(await tokens.findByToken(token), undefined)
      assert.equal((await tokens.find(row.id))?.lastUsedAtMs, null, 'What was refused is no use of it')
      await block(0)
      assert.equal((await tokens.findByToken(token))?.id, row.id)
      await database.db.deleteFrom('users').where('id', '=', ownerId).execute()
      assert.equal(await tokens.findByToken(token), undefined)
    })

    test('one for a project goes with the project, and none is made for one that is not there', async (t) => {
      const { tokens, projects } = await open(t)
      await assert.rejects(tokens.create({ ...ci, project: 'team' }), { code: 'project_not_found' })
      await projects.create('team')
      const { token } = await tokens.create({ ...ci, project: 'team' })
      assert.equal((await tokens.findByToken(token))?.project, 'team')
      await projects.remove('team')
      assert.equal(await tokens.findByToken(token), undefined)
    })

    test("someone's own are listed, or everyone's", async (t) => {
      let nowMs = testTimeMs
      const { tokens, database } = await open(t, () => nowMs++)
      const ownerId = await addTestUser(database, 'ada@x.org')
      await tokens.create({ ...ci, name: 'platform' })
      for (const name of ['older', 'newer']) await tokens.create({ ...ci, name, ownerId })
      const names = async (options?: { ownerId: string | null }) => (await tokens.list(options)).map(({ name }) => name)
      assert.deepEqual(await names({ ownerId }), ['newer', 'older'])
      assert.deepEqual(await names({ ownerId: null }), ['platform'])
      assert.deepEqual(await names(), ['newer', 'older', 'platform'])
    })

    test('a removed token is worthless at once', async (t) => {
      const { tokens } = await open(t)
      const { token, row } = await tokens.create({ ...ci, name: 'a\0b' })
      assert.equal(row.name, 'ab')
      await tokens.remove(row.id)
      assert.equal(await tokens.findByToken(token), undefined)
      for (const id of [row.id, 'x\0', '']) await assert.rejects(tokens.remove(id), { code: 'not_found' })
    })

    test('a token that was chosen at install is made valid once, and never again once it was removed', async (t) => {
      const { tokens } = await open(t)
      await Promise.all([1, 2, 3].map(() => tokens.ensure('berth_chosen', 'install', 'admin')))
      await tokens.ensure('berth_chosen', 'other', 'read')
      const row = await tokens.findByToken('berth_chosen')
      assert.deepEqual([row?.name, row?.access, row?.createdBy], ['install', 'admin', 'installer'])
      await tokens.remove(row?.id ?? '')
      await tokens.ensure('berth_chosen', 'install', 'admin')
      assert.equal(await tokens.findByToken('berth_chosen'), undefined)
    })
  })
