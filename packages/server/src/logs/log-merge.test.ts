import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogLine } from '@berth/contract'
import { mergeNewest, newSince } from './log-merge.ts'

const line = (second: number, text: string): LogLine => ({
  instanceId: 'i',
  service: 'web',
  machine: 'm',
  stream: 'stdout',
  at: `2026-01-01T00:00:0${second}.000Z`,
  text,
})
const texts = (lines: LogLine[]) => lines.map(({ text }) => text).join('')

test('merges two logs in order of time', () => {
  const merged = mergeNewest([line(1, 'a'), line(4, 'd')], [line(2, 'b'), line(3, 'c'), line(5, 'e')], 10)
  assert.equal(texts(merged), 'abcde')
})

test('keeps the newest lines only', () => {
  const [a, b] = [
    [line(1, 'a'), line(4, 'd')],
    [line(2, 'b'), line(3, 'c')],
  ]
  assert.equal(texts(mergeNewest(a, b, 3)), 'bcd')
  assert.equal(texts(mergeNewest(a, b, 0)), '')
  assert.equal(texts(mergeNewest([], b, 1)), 'c')
})

test('lines of the same time keep the order they were written in', () => {
  const merged = mergeNewest([line(1, 'a'), line(1, 'b')], [line(1, 'c'), line(1, 'd')], 10)
  assert.equal(texts(merged), 'abcd')
})

test('what was read is not read again', () => {
  const read = [line(1, 'a'), line(2, 'b')]
  const again = [line(1, 'a'), line(2, 'b'), line(3, 'c')]
  assert.equal(texts(again.filter(newSince(read))), 'c')
  assert.equal(texts(again.filter(newSince([]))), 'abc')
})

test('a line of the same moment that says the same again is new', () => {
  const read = [line(2, 'x'), line(2, 'x')]
  const again = [line(1, 'a'), line(2, 'x'), line(2, 'x'), line(2, 'x'), line(2, 'y')]
  assert.equal(texts(again.filter(newSince(read))), 'xy')
})

test('a clock that is set back hides no line', () => {
  const again = [line(5, 'a'), line(6, 'b'), line(1, 'c')]
  assert.equal(texts(again.filter(newSince([line(5, 'a')]))), 'bc')
})
