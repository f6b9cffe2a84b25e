import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { aStep } from './a-step.ts'
import { relocationStore } from './relocation-store.ts'

const by = { requestedBy: 'ann' }
const one = { machineId: 'id-1', machine: 'm1' }
const two = { machineId: 'id-2', machine: 'm2' }
const plainly = { isForced: false, ...by }

export const relocationStoreSuite = (engine: TestEngine) =>
  describe(`relocations on ${engine.name}`, () => {
    async function open(t: TestContext) {
      const location = await engine.place(t)
      const deps = await openForTest(t, location)
      return { store: relocationStore(deps), another: relocationStore(await openForTest(t, location)) }
    }

    test('who drains a machine that is being drained gets the same drain, and force may be added', async (t) => {
      const { store } = await open(t)
      const first = await store.requestDrain({ ...one, ...plainly })
      const second = await store.requestDrain({ ...one, requestedBy: 'bob', isForced: true })
      assert.deepEqual([first.isNew, second.isNew, second.row.id], [true, false, first.row.id])
      const row = await store.get(first.row.id)
      assert.deepEqual([row.requestedBy, row.isForced, row.state], ['ann', true, 'pending'])
    })

    test('of two who drain the same machine at the same moment one is first', async (t) => {
      const { store, another } = await open(t)
      const both = await Promise.all([store, another].map((each) => each.requestDrain({ ...one, ...plainly })))
      assert.equal(new Set(both.map(({ row }) => row.id)).size, 1)
      assert.deepEqual(both.map(({ isNew }) => isNew).toSorted(), [false, true])
    })

    test('of two who drain the last two machines the second sees the first, and is refused', async (t) => {
      const { store, another } = await open(t)
      const refuseSecond = (drains: readonly unknown[]) => {
        if (drains.length > 0) throw new PlatformError('last_machine', 'none is left')
      }
      const ends = await Promise.allSettled([
        store.requestDrain({ ...one, ...plainly }, refuseSecond),
        another.requestDrain({ ...two, ...plainly }, refuseSecond),
      ])
      assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
      assert.equal((await store.read()).drains.length, 1)
    })

    test('only one relocation runs, whoever begins it', async (t) => {
      const { store, another } = await open(t)
      const first = await store.requestDrain({ ...one, ...plainly })
      const second = await store.requestDrain({ ...two, ...plainly })
      const begun = await Promise.all([store.begin(first.row.id, []), another.begin(second.row.id, [])])
      assert.equal(begun.filter((row) => row?.state === 'running').length, 1)
    })

    test('a drain that succeeded leaves its machine drained until it is activated', async (t) => {
      const { store } = await open(t)
      const { row } = await store.requestDrain({ ...one, ...plainly })
      const running = await store.begin(row.id, [aStep()])
      assert.ok(running)
      await store.save({ ...running, state: 'succeeded', finishedAtMs: 1 }, 'drain')
      const drained = (await store.read()).drains[0]
      assert.deepEqual([drained?.availability, drained?.isDrained, drained?.machine], ['drain', true, 'm1'])
      assert.equal(await store.activate(one, 'activated'), undefined)
      assert.equal((await store.read()).drains[0]?.availability, 'active')
      await store.forgetDrain(one.machineId)
      assert.deepEqual((await store.read()).drains, [])
    })

    test('asking again for a drained machine brings nothing back to it', async (t) => {
      const { store } = await open(t)
      const { row } = await store.requestDrain({ ...one, ...plainly })
      const running = await store.begin(row.id, [])
      assert.ok(running)
      await store.save({ ...running, state: 'succeeded' }, 'drain')
      const again = await store.requestDrain({ ...one, ...plainly })
      assert.ok(again.isNew)
      const [drain] = (await store.read()).drains
      assert.deepEqual([drain?.availability, drain?.isDrained, drain?.relocationId], ['drain', true, again.row.id])
    })

    test('a machine that is drained while it is being activated is drained from the beginning', async (t) => {
      const { store } = await open(t)
      const { row } = await store.requestDrain({ ...one, ...plainly })
      const running = await store.begin(row.id, [])
      assert.ok(running)
      await store.save({ ...running, state: 'succeeded' }, 'drain')
      await store.activate(one, 'activated')
      await store.requestDrain({ ...one, ...plainly })
      const [drain] = (await store.read()).drains
      assert.deepEqual([drain?.availability, drain?.isDrained], ['pause', false])
    })

    test('cancelling ends the open steps and gives the machine back', async (t) => {
      const { store } = await open(t)
      const { row } = await store.requestDrain({ ...one, ...plainly })
      await store.begin(row.id, [aStep({ phase: 'done' }), aStep({ phase: 'move', surge: 2 }), aStep()])
      const cancelled = await store.cancel(row.id, 'cancelled by ann')
      assert.deepEqual(
        cancelled?.steps.map(({ phase, surge }) => [phase, surge]),
        [
          ['done', 0],
          ['skipped', 0],
          ['skipped', 0],
        ],
      )
      assert.equal((await store.read()).drains[0]?.availability, 'active')
    })

    test('one that has ended never changes again', async (t) => {
      const { store } = await open(t)
      const { row } = await store.requestDrain({ ...one, ...plainly })
      const cancelled = await store.cancel(row.id, 'cancelled by ann')
      assert.equal(await store.cancel(row.id, 'again'), undefined)
      assert.equal(await store.begin(row.id, [aStep()]), undefined)
      assert.equal(await store.save({ ...row, state: 'succeeded' }, 'drain'), undefined)
      assert.deepEqual(await store.get(row.id), cancelled)
      assert.equal((await store.read()).drains[0]?.availability, 'active')
    })

    test('activating a machine cancels the drain that is under way', async (t) => {
      const { store } = await open(t)
      const { row } = await store.requestDrain({ ...one, ...plainly })
      await store.begin(row.id, [])
      const cancelled = await store.activate(one, 'activated by bob')
      assert.deepEqual([cancelled?.id, cancelled?.state, cancelled?.words], [row.id, 'cancelled', 'activated by bob'])
    })

    test('a machine of which nothing is known here can be activated', async (t) => {
      const { store } = await open(t)
      assert.equal(await store.activate(one, 'activated'), undefined)
      assert.deepEqual(
        (await store.read()).drains.map(({ availability }) => availability),
        ['active'],
      )
    })

    test('there is one rebalance at a time', async (t) => {
      const { store } = await open(t)
      const first = await store.requestRebalance({ ...by, steps: [aStep()] })
      const second = await store.requestRebalance({ ...by, steps: [] })
      assert.equal(second.row.id, first.row.id)
      await store.cancel(first.row.id, 'enough')
      assert.ok((await store.requestRebalance({ ...by, steps: [] })).isNew)
    })

    test('what cannot be an id is not found', async (t) => {
      const { store } = await open(t)
      await assert.rejects(store.get('a\0b'), { code: 'relocation_not_found' })
      assert.equal(await store.cancel('none', 'x'), undefined)
    })
  })
