import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workGate } from './work-gate.ts'

const { signal } = new AbortController()
const long = { signal, patienceMs: 60_000 }

/** Work at a place that ends when it is told to. */
function working(gate: ReturnType<typeof workGate>, ...places: Parameters<typeof gate.enter>[0]) {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  return { end, done: gate.enter(places, { signal }, () => ended) }
}

test('many work at a place at the same time', async () => {
  const gate = workGate()
  const [one, two] = [working(gate, 'registry'), working(gate, 'registry', 'machine a')]
  two.end()
  await two.done
  one.end()
  await one.done
})

test('who wants a place for itself waits until the others have left, and nobody enters meanwhile', async () => {
  const gate = workGate()
  const order: string[] = []
  const first = working(gate, 'registry')
  const closing = gate.close('registry', long)
  const second = gate.enter(
    ['registry'],
    { signal, onWait: () => order.push('waits') },
    async () => void order.push('works'),
  )
  first.end()
  const open = await closing
  assert.ok(open)
  order.push('closed')
  open()
  await second
  assert.deepEqual(order, ['waits', 'closed', 'works'])
})

test('who has waited long enough goes without, and the others are let in again', async () => {
  const gate = workGate()
  const first = working(gate, 'registry')
  const closing = gate.close('registry', { signal, patienceMs: 0 })
  const second = working(gate, 'registry')
  assert.equal(await closing, undefined)
  second.end()
  await second.done
  first.end()
})

test('work elsewhere goes on', async () => {
  const gate = workGate()
  const open = await gate.close('machine a', long)
  const other = working(gate, 'machine b')
  other.end()
  await other.done
  assert.ok(open)
  assert.equal(await gate.close('machine a', long), undefined, 'it is taken')
  open()
  assert.ok(await gate.close('machine a', long))
})

test('work that fails has left, and work that is not wanted any more does not wait', async () => {
  const gate = workGate()
  await assert.rejects(
    gate.enter(['registry'], { signal }, () => Promise.reject(new Error('broken'))),
    /broken/,
  )
  assert.ok(await gate.close('registry', long))
  const stop = new AbortController()
  const waiting = gate.enter(['registry'], { signal: stop.signal }, async () => assert.fail('it is closed'))
  stop.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
})
