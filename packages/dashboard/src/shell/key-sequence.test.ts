import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { createKeySequence, type Pressed } from './key-sequence.ts'

let press: ReturnType<typeof createKeySequence>
beforeEach(() => {
  press = createKeySequence({ m: '/machines', n: '/nowhere' })
})
const key = (name: string, changes: Partial<Pressed> = {}) =>
  press({ key: name, hasModifier: false, isElsewhere: false, atMs: 0, ...changes })

test('a key after "g" goes to a page, and not to what it does alone', () => {
  assert.equal(key('g'), undefined)
  assert.deepEqual(key('n', { atMs: 100 }), { goTo: '/nowhere' })
  assert.equal(key('n', { atMs: 200 }), 'new')
})

test('a "g" from a while ago is forgotten', () => {
  key('g')
  assert.equal(key('m', { atMs: 5_000 }), undefined)
})

test('a key after "g" that leads nowhere does nothing, even one named like what objects have', () => {
  key('g')
  assert.equal(key('constructor', { atMs: 1 }), undefined)
})

test('keys are left alone while somebody types, and with Ctrl', () => {
  assert.equal(key('?', { isElsewhere: true }), undefined)
  assert.equal(key('n', { hasModifier: true }), undefined)
})
