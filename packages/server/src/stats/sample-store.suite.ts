import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { appStore } from '../apps/app-store.ts'
import { addTestApp } from '../apps/test-app.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { coarse, fine, instancesKeptPerApp, type Retention, spanStartOf } from './retention.ts'
import { type Chunk, sampleStore } from './sample-store.ts'
import { appSubject, instanceSubject, machineSubject, type Subject } from './subject.ts'

const web = (id: string, app = 'shop') => instanceSubject({ id, app, service: 'web', machine: 'one' })

/** With one value at its beginning. */
function chunk(subject: Subject, atMs: number, { retention = fine, cpuRatio = 1 } = {}): Chunk {
  const points = retention.spanMs / retention.stepMs
  const values = new Float32Array(points).fill(Number.NaN)
  values[0] = cpuRatio
  const startMs = spanStartOf(retention, atMs)
  return {
    subject,
    table: { startMs, stepMs: retention.stepMs, points, columns: { cpuRatio: values } },
    lastAtMs: startMs,
  }
}

export const sampleStoreSuite = (engine: TestEngine) =>
  describe(`samples on ${engine.name}`, () => {
    async function open(t: TestContext) {
      const deps = await openForTest(t, await engine.place(t))
      const apps = appStore(deps)
      const create = (name: string) => addTestApp(apps, name)
      await create('shop')
      return { store: sampleStore(deps), apps, create }
    }

    const since = (retention: Retention, sinceMs = 0) => ({ retention, sinceMs })
    const firstValues = (chunks: readonly Chunk[]) => chunks.map(({ table }) => table.columns.cpuRatio?.[0])

    test('gives back what was put, oldest first, of the subject and the steps that are asked for', async (t) => {
      const { store } = await open(t)
      const later = chunk(appSubject('shop'), testTimeMs, { cpuRatio: 2 })
      const earlier = chunk(appSubject('shop'), testTimeMs - fine.spanMs, { cpuRatio: 1 })
      const other = chunk(machineSubject('shop'), testTimeMs, { cpuRatio: 9 })
      await store.put([
        later,
        earlier,
        other,
        chunk(appSubject('shop'), testTimeMs, { retention: coarse, cpuRatio: 5 }),
      ])
      const found = await store.list([appSubject('shop')], since(fine))
      assert.deepEqual(firstValues(found), [1, 2])
      assert.deepEqual(found[1]?.subject, later.subject)
      assert.equal(found[1]?.table.columns.cpuRatio?.[1], Number.NaN)
      assert.deepEqual(firstValues(await store.list([appSubject('shop')], since(coarse))), [5])
    })

    test('a chunk that is put again takes the place of the one before', async (t) => {
      const { store } = await open(t)
      await store.put([chunk(machineSubject('one'), testTimeMs, { cpuRatio: 1 })])
      await store.put([chunk(machineSubject('one'), testTimeMs, { cpuRatio: 4 })])
      assert.deepEqual(firstValues(await store.list([machineSubject('one')], since(fine))), [4])
    })

    test('a chunk that only ends within what is asked for belongs to it', async (t) => {
      const { store } = await open(t)
      const { table } = chunk(machineSubject('one'), testTimeMs)
      await store.put([chunk(machineSubject('one'), testTimeMs)])
      const found = async (sinceMs: number) => (await store.list([machineSubject('one')], since(fine, sinceMs))).length
      assert.equal(await found(table.startMs + fine.spanMs - 1), 1)
      assert.equal(await found(table.startMs + fine.spanMs), 0)
    })

    test('finds the instances of an app and of one of its services', async (t) => {
      const { store, create } = await open(t)
      await create('blog')
      const job = instanceSubject({ id: 'c', app: 'shop', service: 'job', machine: 'two' })
      await store.put(
        [web('a'), web('b', 'blog'), job, appSubject('shop')].map((subject) => chunk(subject, testTimeMs)),
      )
      const names = (chunks: readonly Chunk[]) => chunks.map(({ subject }) => subject.name).toSorted()
      assert.deepEqual(names(await store.listInstances('shop', since(fine))), ['a', 'c'])
      assert.deepEqual(names(await store.listInstances('shop', { ...since(fine), service: 'web' })), ['a'])
      assert.equal((await store.listInstances('shop', since(fine)))[1]?.subject.machine, 'two')
    })

    test('the samples of an app and of its instances go with it', async (t) => {
      const { store, apps, create } = await open(t)
      await store.put([chunk(appSubject('shop'), testTimeMs), chunk(web('a'), testTimeMs)])
      await apps.remove('shop')
      await create('shop')
      assert.deepEqual(await store.list([appSubject('shop'), web('a')], since(fine)), [])
    })

    test('nothing is kept of an app that is not there', async (t) => {
      const { store } = await open(t)
      const chunks = [chunk(machineSubject('one'), testTimeMs), chunk(appSubject('never-was'), testTimeMs)]
      await assert.rejects(store.put(chunks), isForeignKeyViolation)
      assert.deepEqual(await store.list([machineSubject('one')], since(fine)), [])
    })

    test('what is too old is removed, each by the length of its steps', async (t) => {
      const { store } = await open(t)
      const one = machineSubject('one')
      for (const retention of [fine, coarse]) {
        const endedMs = testTimeMs - retention.keptMs - 2 * retention.spanMs
        await store.put([
          chunk(one, endedMs, { retention, cpuRatio: 1 }),
          chunk(one, testTimeMs - retention.keptMs, { retention, cpuRatio: 2 }),
        ])
      }
      await store.prune({ nowMs: testTimeMs, machines: ['one'] })
      for (const retention of [fine, coarse])
        assert.deepEqual(firstValues(await store.list([one], since(retention))), [2])
    })

    test('of an app that starts instances without end, those that were seen last are kept', async (t) => {
      const { store, create } = await open(t)
      await create('blog')
      const many = Array.from({ length: instancesKeptPerApp + 5 }, (_, i) => ({
        ...chunk(web(`i${i}`), testTimeMs),
        lastAtMs: testTimeMs + i,
      }))
      await store.put([...many, { ...chunk(web('b', 'blog'), testTimeMs), lastAtMs: 0 }])
      await store.prune({ nowMs: testTimeMs, machines: [] })
      const kept = (await store.listInstances('shop', since(fine))).map(({ subject }) => subject.name)
      assert.equal(kept.length, instancesKeptPerApp)
      assert.ok(!kept.includes('i4') && kept.includes('i5'))
      assert.equal((await store.listInstances('blog', since(fine))).length, 1)
    })

    test('a machine that has left is forgotten after a while, and never while nobody knows which there are', async (t) => {
      const { store } = await open(t)
      await store.put(
        ['one', 'two'].map((name) => ({ ...chunk(machineSubject(name), testTimeMs), lastAtMs: testTimeMs })),
      )
      const left = async (nowMs: number, machines: string[] | undefined) => {
        await store.prune({ nowMs, machines })
        const chunks = await store.list([machineSubject('one'), machineSubject('two')], since(fine))
        return chunks.map(({ subject }) => subject.name).toSorted()
      }
      const minuteMs = 60_000
      assert.deepEqual(await left(testTimeMs + 60 * minuteMs, undefined), ['one', 'two'])
      assert.deepEqual(await left(testTimeMs + 9 * minuteMs, ['two']), ['one', 'two'])
      assert.deepEqual(await left(testTimeMs + 10 * minuteMs, ['two']), ['two'])
    })
  })
