import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as aMoment } from 'node:timers/promises'
import { runAtOnce } from './at-once.ts'

/** Jobs that end when they are told to, and which of them run. */
function jobsOf(sizes: Record<string, number>) {
  const running = new Map<string, PromiseWithResolvers<void>>()
  const jobs = Object.entries(sizes).map(([name, size]) => ({
    size,
    async work() {
      const ended = Promise.withResolvers<void>()
      running.set(name, ended)
      await ended.promise.finally(() => running.delete(name))
    },
  }))
  const end = async (name: string) => {
    running.get(name)?.resolve()
    await aMoment()
    return [...running.keys()]
  }
  return { jobs, running, end }
}

test('as many run at once as there is room for, and the first that fits is next', async () => {
  const { jobs, running, end } = jobsOf({ four: 4, three: 3, two: 2, one: 1 })
  const all = runAtOnce(jobs, 6)
  assert.deepEqual([...running.keys()], ['four', 'two'])
  assert.deepEqual(await end('two'), ['four', 'one'])
  assert.deepEqual(await end('four'), ['one', 'three'])
  await end('one')
  await end('three')
  await all
})

test('what is larger than the room runs alone', async () => {
  const { jobs, running, end } = jobsOf({ one: 1, nine: 9, last: 1 })
  const all = runAtOnce(jobs, 6)
  assert.deepEqual([...running.keys()], ['one', 'last'])
  assert.deepEqual(await end('one'), ['last'])
  assert.deepEqual(await end('last'), ['nine'])
  await end('nine')
  await all
})

test('a job that fails fails the whole', async () => {
  const work = () => Promise.reject(new Error('no'))
  await assert.rejects(runAtOnce([{ size: 1, work }], 1), /no/)
})
