import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Quiet, watchQuiet } from './quiet.ts'

/** One look each second, which sees so many requests in all. */
const after = (...requests: number[]): Quiet | undefined =>
  requests.reduce<Quiet | undefined>(
    (before, count, second) => watchQuiet(before, { requests: count, nowMs: second * 1_000 }),
    undefined,
  )

test('while visitors come the door stays open, however long no server answers', () => {
  for (const seconds of [1, 3, 60]) {
    assert.equal(after(...Array.from({ length: seconds }, (_, second) => second))?.isShut, false)
  }
})

test('once nobody comes it is shut, and stays so while nobody comes', () => {
  assert.equal(after(5, 5)?.isShut, false)
  assert.equal(after(5, 5, 5)?.isShut, true)
  assert.equal(after(5, 5, 5, 5, 5, 5, 5)?.isShut, true)
})

test('a visitor who came to the shut door shows that this machine is not cut off: it is not shut again', () => {
  assert.equal(after(5, 5, 5, 6)?.isShut, false)
  assert.equal(after(5, 5, 5, 6, 6, 6, 6, 6)?.isShut, false)
})

test('a new worker counts from zero, which is no visitor', () => {
  assert.deepEqual(after(5, 5, 5, 0), { requests: 0, sinceMs: 3_000, isShut: false, wasVisited: false })
  assert.equal(after(5, 5, 5, 0, 0, 0)?.isShut, true)
})
