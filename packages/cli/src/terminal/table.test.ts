import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relativeTime, timeUntil } from './relative-time.ts'
import { renderTable } from './table.ts'
import { cutText, textWidth } from './text-width.ts'

type Row = { name: string; note: string }
const columns = [
  { title: 'NAME', cell: ({ name }: Row) => name, isFixed: true },
  { title: 'NOTE', cell: ({ note }: Row) => note },
]
const rows = [
  { name: 'hello', note: 'all is well with this app' },
  { name: '東京', note: '' },
]

test('aligns columns by what the terminal shows, wide characters too', () => {
  assert.deepEqual(renderTable(columns, rows, { width: 80 }), [
    'NAME   NOTE',
    'hello  all is well with this app',
    '東京',
  ])
  const [, , last = ''] = renderTable(columns, [...rows.slice(0, 1), { name: '東京', note: 'x' }], { width: 80 })
  assert.equal(last, '東京   x')
})

test('cuts the widest column until the table fits', () => {
  const lines = renderTable(columns, rows, { width: 20 })
  assert.equal(lines[1], 'hello  all is well …')
  assert.ok(lines.every((line) => textWidth(line) <= 20))
})

test('leaves out the last columns of a table that cannot be narrower', () => {
  assert.deepEqual(renderTable(columns, rows, { width: 8 }), ['NAME', 'hello', '東京'])
})

test('never cuts where there is no terminal', () => {
  const [, line = ''] = renderTable(columns, [{ name: 'a', note: 'x'.repeat(500) }], {
    width: Number.POSITIVE_INFINITY,
  })
  assert.equal(line.length, 'NAME  '.length + 500)
})

test('a hostile cell cannot leave its place', () => {
  const [, line] = renderTable(columns, [{ name: 'a\u001b[2J\nb', note: 'x' }], { width: 80 })
  assert.equal(line, 'ab    x')
})

test('colours take no room', () => {
  const paint = (text: string) => `\u001b[32m${text}\u001b[39m`
  const [, line] = renderTable(
    [{ title: 'STATE', cell: () => ({ text: 'up', paint }) }, ...columns],
    [{ name: 'a', note: 'x' }],
    { width: 80 },
  )
  assert.equal(line, `${paint('up')}     a     x`)
})

test('cuts between characters', () => {
  assert.equal(cutText('東京都', 5), '東京…')
  assert.equal(cutText('abc', 3), 'abc')
})

test('tells times as people do', () => {
  const nowMs = Date.parse('2026-03-01T10:00:00Z')
  const at = (time: string) => relativeTime(time, nowMs)
  assert.equal(at('2026-03-01T09:59:30.5Z'), '29 s ago')
  assert.equal(at('2026-03-01T09:57:00Z'), '3 min ago')
  assert.equal(at('2026-02-28T23:00:00Z'), '11 h ago')
  assert.equal(at('2026-02-01T10:00:00Z'), '28 d ago')
  assert.equal(at('2026-03-01T10:00:05Z'), 'just now')
})

test('tells what is to come in the same words', () => {
  const nowMs = Date.parse('2026-03-01T10:00:00Z')
  const until = (time: string) => timeUntil(time, nowMs)
  assert.equal(until('2026-05-30T10:00:00Z'), 'in 90 d')
  assert.equal(until('2026-03-01T10:00:00.500Z'), 'in a moment')
  assert.equal(until('2026-03-01T09:59:00Z'), 'passed')
})
