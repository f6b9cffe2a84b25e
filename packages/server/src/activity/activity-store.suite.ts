import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { activityStore } from './activity-store.ts'

const everything = { limit: 100, visible: 'everything' } as const

export const activityStoreSuite = (engine: TestEngine) =>
  describe(`activity on ${engine.name}`, () => {
    /** Time moves on by a millisecond with each event. */
    async function open(t: TestContext) {
      let nowMs = testTimeMs
      return activityStore(await openForTest(t, await engine.place(t), () => nowMs++))
    }

    test('is listed newest first', async (t) => {
      const activity = await open(t)
      await activity.add({ actor: 'alice', kind: 'app_created', app: 'shop', project: 'default' })
      const removed = { actor: 'bob', kind: 'app_removed', app: 'shop', project: 'default', detail: 'v\0 2' }
      const last = await activity.add(removed)
      assert.equal(last.detail, 'v 2')
      assert.deepEqual(await activity.list({ ...everything, limit: 1 }), [last])
      assert.equal((await activity.list(everything)).length, 2)
    })

    test('shows what is about the given projects, and what the caller did that is about none', async (t) => {
      const activity = await open(t)
      await activity.add({ actor: 'bob', kind: 'of-ours', app: 'shop', project: 'ours' })
      await activity.add({ actor: 'ann', kind: 'of-theirs', app: 'blog', project: 'theirs' })
      await activity.add({ actor: 'bob', kind: 'member_added', project: 'ours' })
      await activity.add({ actor: 'ann', kind: 'own' })
      await activity.add({ actor: 'bob', kind: 'of-bob' })
      const kinds = async (projects: string[]) =>
        (await activity.list({ limit: 10, visible: { projects, actor: 'ann' } })).map(({ kind }) => kind)
      assert.deepEqual(await kinds(['ours']), ['own', 'member_added', 'of-ours'])
      assert.deepEqual(await kinds([]), ['own'])
      assert.equal((await activity.list(everything)).length, 5)
    })

    test('is read on from an event, of one app where that is asked for', async (t) => {
      const activity = await open(t)
      const added = []
      for (const app of ['shop', 'blog', 'shop', 'shop']) {
        added.push(await activity.add({ actor: 'ann', kind: 'app_scaled', app, project: 'default' }))
      }
      const [oldest, , middle, newest] = added
      const shop = { ...everything, app: 'shop' }
      assert.deepEqual(await activity.list({ ...shop, limit: 2 }), [newest, middle])
      assert.deepEqual(await activity.list({ ...shop, limit: 2, before: middle?.id }), [oldest])
      assert.deepEqual(await activity.list({ ...shop, before: oldest?.id }), [])
    })

    test('events of one millisecond are read on from, too', async (t) => {
      const deps = await openForTest(t, await engine.place(t))
      const activity = activityStore(deps)
      const ids = []
      for (let i = 0; i < 5; i++) ids.push((await activity.add({ actor: 'ann', kind: 'signed_in' })).id)
      const first = await activity.list({ ...everything, limit: 2 })
      const rest = await activity.list({ ...everything, before: first.at(-1)?.id })
      assert.deepEqual(
        [...first, ...rest].map(({ id }) => id),
        ids.toSorted().toReversed(),
      )
    })

    test('there is nothing before an event that is not there', async (t) => {
      const activity = await open(t)
      await activity.add({ actor: 'ann', kind: 'signed_in' })
      for (const before of ['no such id', 'a\0b', "' or 1=1 --"]) {
        assert.deepEqual(await activity.list({ ...everything, before }), [])
      }
    })

    test('keeps the newest ten thousand', async (t) => {
      const deps = await openForTest(t, await engine.place(t))
      const { db } = deps.database
      const old = { actor: 'system', kind: 'old', app: null, project: null, detail: null }
      for (let batch = 0; batch < 11; batch++) {
        const rows = Array.from({ length: 1_000 }, (_, i) => ({
          ...old,
          id: `0-${batch}-${i}`,
          atMs: batch * 1_000 + i,
        }))
        await db.insertInto('activity').values(rows).execute()
      }
      const activity = activityStore(deps)
      for (let added = 0; added < 100; added++) await activity.add({ actor: 'alice', kind: 'new' })
      const kept = await db.selectFrom('activity').select(['atMs']).orderBy('atMs').execute()
      assert.deepEqual([kept.length, kept[0]?.atMs], [10_000, 1_100])
    })
  })
