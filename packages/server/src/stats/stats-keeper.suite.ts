import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestEngine } from '../database/test-databases.ts'
import { openWorld, startMs } from './test-stats.ts'

/** The values that are there, with their times in seconds since the start of the world. */
const measured = ({ startAt, stepMs }: { startAt: string; stepMs: number }, values: readonly (number | null)[]) =>
  values.flatMap((value, i) => (value === null ? [] : [[(Date.parse(startAt) + i * stepMs - startMs) / 1_000, value]]))

export const statsKeeperSuite = (engine: TestEngine) =>
  describe(`statistics on ${engine.name}`, () => {
    test('are kept over a restart, which costs the time in which nobody measured', async (t) => {
      const { world, startServer } = await openWorld(t, engine)
      world.instances = [{ instanceId: 'a' }]
      const first = startServer()
      first.pass(61, 0.5)
      await first.keeper.write()
      world.nowMs += 30_000
      const second = startServer()
      second.pass(75, 1)
      const shown = async () => {
        const app = await second.reader.app('shop', '1h')
        return measured(app, app.points.cpuRatio)
      }
      const all = [[0, 0.5], [15, 0.5], [30, 0.5], [45, 0.5], [90, 1], [105, 1], [120, 1], [135, 1], [150, 1]] // biome-ignore format: pairs
      assert.deepEqual(await shown(), all)
      await second.keeper.write()
      assert.deepEqual(await shown(), all, 'What was written before the restart is still in the row')
      const third = await startServer().reader.app('shop', '1h')
      assert.deepEqual(measured(third, third.points.cpuRatio), all)
    })

    test('a coarse step is folded out of the fine ones, also those of before a restart', async (t) => {
      const { world, startServer } = await openWorld(t, engine)
      world.instances = [{ instanceId: 'a' }]
      const first = startServer()
      first.pass(151, 1)
      await first.keeper.write()
      const second = startServer()
      second.pass(20, 3)
      await second.keeper.write()
      second.pass(131, 3)
      const app = await second.reader.app('shop', '7d')
      const [[atSeconds, mean] = []] = measured(app, app.points.cpuRatio)
      assert.equal(atSeconds, 0)
      assert.ok(mean !== undefined && mean > 1.9 && mean < 2.1, `${mean} is the mean of both halves`)
      assert.equal(measured(app, app.points.cpuRatioMax)[0]?.[1], 3)
    })

    test('an instance that has ended is shown where it lived, and with its app it is gone', async (t) => {
      const { world, startServer, apps, create } = await openWorld(t, engine)
      const { keeper, reader, pass } = startServer()
      world.machines = { one: {}, two: {} }
      world.instances = [{ instanceId: 'a', machine: 'two' }, { instanceId: 'b' }]
      pass(31, 0.25)
      world.instances = world.instances.slice(1)
      pass(400, 0.25)
      await keeper.write()
      const { instances } = await reader.app('shop', '1h')
      assert.deepEqual(
        instances.map(({ id, machine, points }) => [id, machine, points.memoryBytes.length]),
        [
          ['a', 'two', 3],
          ['b', 'one', 28],
        ],
      )
      await apps.remove('shop')
      await create('shop')
      await keeper.write()
      const renewed = await reader.app('shop', '1h')
      assert.deepEqual([renewed.instances, measured(renewed, renewed.points.cpuRatio)], [[], []])
    })

    test('an app that is removed while its samples are written holds up none of the others', async (t) => {
      const { world, startServer, apps, create } = await openWorld(t, engine)
      await create('blog')
      const { keeper, reader, pass } = startServer()
      world.instances = [{ instanceId: 'a' }, { instanceId: 'b', app: 'blog' }]
      pass(31, 0.5)
      const { list } = apps
      apps.list = async () => {
        const before = await list()
        Object.assign(apps, { list })
        await apps.remove('blog')
        return before
      }
      await keeper.write()
      await keeper.write()
      const fresh = await startServer().reader.app('shop', '1h')
      assert.equal(measured(fresh, fresh.points.cpuRatio).length, 2)
      assert.equal((await reader.app('shop', '1h')).instances.length, 1)
    })

    test('says what an instance of a service was seen to use, 95 times of 100', async (t) => {
      const { world, startServer } = await openWorld(t, engine)
      const { keeper, reader, pass } = startServer()
      world.instances = [
        { instanceId: 'a', memoryBytes: 1_000_000 },
        { instanceId: 'b', service: 'job', memoryBytes: 64_000_000 },
      ]
      pass(1 + 15 * 60, 0.25)
      pass(15 * 2, 2)
      await keeper.write()
      const use = await reader.observedUse('shop', 'web', { sinceMs: startMs })
      assert.equal(use?.sampleCount, 62)
      assert.equal(use?.cpuMillisP95, 250, 'A short peak is within the last 5 of 100')
      assert.ok(Math.abs((use?.memoryBytesP95 ?? 0) - 1_000_000) < 1_000_000 / 2_000)
      assert.equal(await reader.observedUse('shop', 'none', { sinceMs: startMs }), null)
      assert.equal(await reader.observedUse('shop', 'web', { sinceMs: world.nowMs + 60_000 }), null)
      assert.equal((await reader.observedUse('shop', 'web', { sinceMs: startMs - 9 * 86_400_000 }))?.sampleCount, 3)
    })
  })
