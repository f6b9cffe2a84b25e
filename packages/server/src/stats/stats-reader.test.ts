import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statsRanges } from '@berth/contract'
import { onSqlite } from '../database/test-databases.ts'
import { openWorld, startMs } from './test-stats.ts'

test('every range ends now, covers what it says and has at most 1,500 points', async (t) => {
  const { world, startServer } = await openWorld(t, onSqlite)
  world.nowMs += 1_234_567
  const { reader, pass } = startServer()
  pass(3)
  const hourMs = 3_600_000
  const lengths = { live: hourMs / 12, '1h': hourMs, '24h': 24 * hourMs, '7d': 168 * hourMs, '30d': 720 * hourMs }
  for (const range of statsRanges) {
    const { startAt, stepMs, points } = await reader.machine('one', range)
    const count = points.cpuRatio.length
    assert.equal(count * stepMs, lengths[range], range)
    assert.ok(count <= 1_500, range)
    const endMs = Date.parse(startAt) + count * stepMs
    assert.ok(endMs >= world.nowMs - 1_000 && endMs <= world.nowMs + stepMs, `${range} ends at ${endMs}`)
  }
})

test('live shows the seconds themselves, whose peaks are what they are', async (t) => {
  const { world, startServer } = await openWorld(t, onSqlite)
  const { reader, pass } = startServer()
  world.machines = { one: { cpuRatio: 0.5, memoryUsedBytes: 2_048 } }
  pass(3)
  world.machines = {}
  pass(1)
  const { points, stepMs } = await reader.machine('one', 'live')
  assert.equal(stepMs, 1_000)
  assert.deepEqual(points.cpuRatio.slice(-4), [null, 0.5, 0.5, null], 'The first second has nothing to compare with')
  assert.deepEqual(points.cpuRatioMax.slice(-4), points.cpuRatio.slice(-4))
  assert.deepEqual(points.memoryBytes.slice(-5), [null, 2_048, 2_048, 2_048, null])
})

test('a subject that was never measured has only gaps', async (t) => {
  const { startServer } = await openWorld(t, onSqlite)
  const { reader } = startServer()
  for (const range of statsRanges) {
    const { points, instances } = await reader.app('shop', range)
    assert.deepEqual(new Set(points.cpuRatio), new Set([null]))
    assert.deepEqual(instances, [])
  }
})

test('an app of very many instances is answered with the newest hundred, in longer steps', async (t) => {
  const { world, startServer } = await openWorld(t, onSqlite)
  const { reader, pass } = startServer()
  world.instances = Array.from({ length: 103 }, (_, i) => ({ instanceId: `i${i}`, cpuSeconds: 0 }))
  pass(30)
  world.instances = world.instances.slice(3)
  pass(270)
  for (const range of ['live', '1h'] as const) {
    const { instances, instancesLeftOut, points } = await reader.app('shop', range)
    assert.deepEqual([instances.length, instancesLeftOut], [100, 3])
    assert.ok(!instances.some(({ id }) => ['i0', 'i1', 'i2'].includes(id)), range)
    assert.equal(Math.max(...points.instances.map((count) => count ?? 0)), 103)
    const shown = instances.reduce((sum, instance) => sum + instance.points.cpuRatio.length, 0)
    assert.ok(shown <= 12_000, `${shown} points in ${range}`)
  }
})

test('all machines together are kept like one', async (t) => {
  const { world, startServer } = await openWorld(t, onSqlite)
  const { keeper, pass } = startServer()
  world.machines = { one: { cpuRatio: 1, cpuMillis: 1_000 }, two: { cpuRatio: 0, cpuMillis: 3_000 } }
  pass(61)
  await keeper.write()
  const { points, startAt, stepMs } = await startServer().reader.overview('1h')
  const first = (startMs - Date.parse(startAt)) / stepMs
  assert.deepEqual(points.cpuRatio.slice(first, first + 4), [0.25, 0.25, 0.25, 0.25])
  assert.deepEqual([points.machines[first], points.cpuMillis[first]], [2, 4_000])
})
