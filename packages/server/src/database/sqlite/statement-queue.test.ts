import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome, Statement } from './statement.ts'
import { statementQueue } from './statement-queue.ts'

const write = (sql: string): Statement => ({ sql, parameters: [], isRead: false })
const done: Outcome = { ok: true, rows: [], changes: 1, lastInsertId: 1 }
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A worker that answers a batch when told to. */
function slowWorker() {
  const batches: { sqls: string[]; answer(): void; fail(): void }[] = []
  const queue = statementQueue((statements) => {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome[]>()
    const sqls = statements.map(({ sql }) => sql)
    batches.push({ sqls, answer: () => resolve(statements.map(() => done)), fail: () => reject(new Error('gone')) })
    return promise
  })
  return { batches, queue, sqls: () => batches.map(({ sqls }) => sqls) }
}

test('what arrives while a batch is being committed is committed together after it', async () => {
  const { batches, queue, sqls } = slowWorker()
  for (const sql of ['a', 'b', 'c']) void queue.run(write(sql))
  assert.deepEqual(sqls(), [['a']])
  batches[0]?.answer()
  await settled()
  assert.deepEqual(sqls(), [['a'], ['b', 'c']])
})

test('nobody is answered before their own batch is', async () => {
  const { batches, queue } = slowWorker()
  let answered = 0
  for (const sql of ['a', 'b']) void queue.run(write(sql)).then(() => answered++)
  await settled()
  assert.equal(answered, 0)
  batches[0]?.answer()
  await settled()
  assert.equal(answered, 1)
})

test('a transaction has the connection for itself, in its turn', async () => {
  const { batches, queue, sqls } = slowWorker()
  void queue.run(write('before'))
  const entering = queue.enter()
  void queue.run(write('after'))
  batches[0]?.answer()
  const leave = await entering
  await settled()
  assert.deepEqual(sqls(), [['before']])
  leave()
  leave() // A second time must not let two in.
  assert.deepEqual(sqls(), [['before'], ['after']])
})

test('transactions enter one at a time, in order', async () => {
  const { queue } = slowWorker()
  const seen: string[] = []
  const work = ['a', 'b', 'c'].map(async (name) => {
    const leave = await queue.enter()
    seen.push(`${name} in`)
    await settled()
    seen.push(`${name} out`)
    leave()
  })
  await Promise.all(work)
  assert.deepEqual(seen, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
})

test('a worker that is gone fails everyone who waits', async () => {
  const { batches, queue } = slowWorker()
  const first = queue.run(write('a'))
  const second = queue.run(write('b'))
  batches[0]?.fail()
  await assert.rejects(first, /gone/)
  batches[1]?.fail()
  await assert.rejects(second, /gone/)
})
