import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { activityStore } from './activity-store.ts'

export const activityStoreSuite = (engine: TestEngine) =>
  describe(`activity on ${engine.name}`, () => {
    test('is listed newest first', async (t) => {
      let nowMs = testTimeMs
      const activity = activityStore(await openForTest(t, await engine.place(t), () => nowMs++))
      await activity.add({ actor: 'alice', kind: 'app_created', app: 'shop' })
      const last = await activity.add({ actor: 'bob', kind: 'app_removed', app: 'shop', detail: 'v\0 2' })
      assert.equal(last.detail, 'v 2')
      assert.deepEqual(await activity.list({ limit: 1 }), [last])
      assert.equal((await activity.list({ limit: 10 })).length, 2)
    })

    test('keeps the newest ten thousand', async (t) => {
      const deps = await openForTest(t, await engine.place(t))
      const { db } = deps.database
      const old = { actor: 'system', kind: 'old', app: null, detail: null }
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
