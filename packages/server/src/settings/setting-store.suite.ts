import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { settingStore } from './setting-store.ts'

export const settingStoreSuite = (engine: TestEngine) =>
  describe(`settings on ${engine.name}`, () => {
    test('a choice stays until another one is made, and what is left out stays as it is', async (t) => {
      const store = settingStore(await openForTest(t, await engine.place(t)))
      assert.deepEqual(await store.read(), { rebalancesByItself: false })
      assert.deepEqual(await store.change({ rebalancesByItself: true }), { rebalancesByItself: true })
      assert.deepEqual(await store.change({}), { rebalancesByItself: true })
      assert.deepEqual(await store.change({ rebalancesByItself: false }), { rebalancesByItself: false })
    })

    test('what a server remembers is there for the next', async (t) => {
      const location = await engine.place(t)
      await settingStore(await openForTest(t, location)).remember('offered_rebalance', 'a')
      const next = settingStore(await openForTest(t, location))
      assert.equal(await next.recall('offered_rebalance'), 'a')
    })
  })
