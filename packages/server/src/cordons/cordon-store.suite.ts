import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { cordonStore } from './cordon-store.ts'

export const cordonStoreSuite = (engine: TestEngine) =>
  describe(`cordons on ${engine.name}`, () => {
    test('of each machine the newest is known, until it is taken away', async (t) => {
      const { database } = await openForTest(t, await engine.place(t))
      const cordons = cordonStore({ database, now: () => testTimeMs })
      const pressure = { machineId: 'id-1', cause: 'pressure', actor: 'berth', reason: 'its CPU is 98 % busy' } as const
      const person = { machineId: 'id-1', cause: 'person', actor: 'ada@example.org', reason: null } as const
      await cordons.put(pressure)
      await cordons.put({ ...pressure, machineId: 'id-2' })
      await cordons.put(person)
      assert.deepEqual(await cordons.list(), [
        { ...person, sinceMs: testTimeMs },
        { ...pressure, machineId: 'id-2', sinceMs: testTimeMs },
      ])
      await cordons.remove('id-1')
      await cordons.remove('id-1')
      assert.deepEqual(
        (await cordons.list()).map(({ machineId }) => machineId),
        ['id-2'],
      )
    })
  })
