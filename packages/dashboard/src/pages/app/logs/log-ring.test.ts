import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogRing, type ShownLine } from './log-ring.ts'

const lineOf = (text: string): ShownLine => ({
  instanceId: 'i1',
  service: 'web',
  machine: 'm1',
  stream: 'stdout',
  at: '2026-11-21T10:00:00.000Z',
  text,
})

test('never holds more lines than it may, and keeps the newest', () => {
  const ring = createLogRing({ mostLines: 100, mostCharacters: 1e6 })
  for (let number = 0; number < 100_000; number++) {
    ring.add(lineOf(`line ${number}`))
    assert.ok(ring.length() <= 100)
  }
  assert.equal(ring.get(ring.endNumber() - 1)?.text, 'line 99999')
  assert.equal(ring.get(ring.firstNumber())?.text, `line ${ring.firstNumber()}`)
  assert.equal(ring.get(ring.firstNumber() - 1), undefined)
  assert.equal(ring.get(ring.endNumber()), undefined)
})

test('never holds more text than it may, but always the newest line', () => {
  const ring = createLogRing({ mostLines: 100, mostCharacters: 1_000 })
  for (let number = 0; number < 50; number++) ring.add(lineOf('x'.repeat(100)))
  assert.equal(ring.length(), 10)
  ring.add(lineOf('y'.repeat(5_000)))
  assert.equal(ring.length(), 1)
  ring.add(lineOf('z'))
  assert.equal(ring.length(), 1)
})

test('a cleared ring goes on counting', () => {
  const ring = createLogRing({ mostLines: 10, mostCharacters: 1_000 })
  for (let number = 0; number < 5; number++) ring.add(lineOf(`${number}`))
  ring.clear()
  ring.add(lineOf('next'))
  assert.deepEqual([ring.length(), ring.firstNumber(), ring.get(5)?.text], [1, 5, 'next'])
})
