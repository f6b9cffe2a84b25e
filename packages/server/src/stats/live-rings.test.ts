import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveRings, secondsKept } from './live-rings.ts'
import { appSubject, machineSubject } from './subject.ts'

const one = machineSubject('one')
const startMs = Date.parse('2030-01-02T03:04:05Z')

function setUp() {
  const rings = liveRings()
  const at = (second: number, cpuRatio?: number) => {
    const isNew = rings.advance(startMs + second * 1_000 + 250)
    if (cpuRatio !== undefined) rings.write(one, { cpuRatio })
    return isNew
  }
  const read = (second: number, seconds: number) =>
    Array.from(rings.read(one, startMs + second * 1_000, seconds)?.columns.cpuRatio ?? [], (value) =>
      Number.isNaN(value) ? null : value,
    )
  return { rings, at, read }
}

test('gives seconds by their time, with null where nobody wrote', () => {
  const { at, read } = setUp()
  at(0, 1)
  at(1, 2)
  at(3, 4)
  assert.deepEqual(read(-1, 6), [null, 1, 2, null, 4, null])
})

test('what was missed for longer than is kept leaves nothing of before', () => {
  const { at, read } = setUp()
  at(0, 1)
  at(secondsKept + 10, 2)
  assert.deepEqual(read(10, 2), [null, null])
  assert.deepEqual(read(secondsKept + 9, 2), [null, 2])
})

test('goes round, and what is older than it keeps is not given', () => {
  const { at, read } = setUp()
  for (let second = 0; second < secondsKept + 2; second++) at(second, second)
  assert.deepEqual(read(0, 4), [null, null, 2, 3])
})

test('a second is begun once, also when the clock is set back a little', () => {
  const { at, read } = setUp()
  assert.equal(at(10, 1), true)
  assert.equal(at(10), false)
  assert.equal(at(8), false)
  assert.equal(at(11, 2), true)
  assert.deepEqual(read(8, 4), [null, null, 1, 2])
})

test('a clock that is set back far begins anew', () => {
  const { at, read } = setUp()
  at(2 * secondsKept, 1)
  assert.equal(at(0, 2), true)
  assert.deepEqual(read(0, 1), [2])
  assert.deepEqual(read(2 * secondsKept, 1), [null])
})

test('forgets who was silent for as long as is kept, and who is gone at once', () => {
  const { rings, at } = setUp()
  at(0, 1)
  rings.write(appSubject('shop'), { cpuRatio: 1 })
  rings.forget(({ app }) => app === 'shop')
  assert.deepEqual(rings.subjects(), [one])
  at(secondsKept - 1)
  rings.forgetSilent()
  assert.deepEqual(rings.subjects(), [one])
  at(secondsKept)
  rings.forgetSilent()
  assert.deepEqual(rings.subjects(), [])
})
