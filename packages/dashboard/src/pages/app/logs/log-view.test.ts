import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogRing, type ShownLine } from './log-ring.ts'
import { createLogView, findMatches, type NumberQueue } from './log-view.ts'

const lineOf = (number: number, to: Partial<ShownLine> = {}): ShownLine => ({
  instanceId: number % 2 === 0 ? 'even' : 'odd',
  service: 'web',
  machine: 'm1',
  stream: number % 3 === 0 ? 'stderr' : 'stdout',
  at: '2026-11-21T10:00:00.000Z',
  text: `line ${number}`,
  ...to,
})

function fill(count: number, mostLines = 1_000) {
  const ring = createLogRing({ mostLines, mostCharacters: 1e9 })
  for (let number = 0; number < count; number++) ring.add(lineOf(number))
  return ring
}

const listNumbers = (queue: NumberQueue) => Array.from({ length: queue.length() }, (_, index) => queue.at(index))

test('shows the lines of one instance and one stream, and remarks about them', () => {
  const ring = fill(12)
  ring.add(lineOf(12, { stream: 'berth', instanceId: 'odd' }))
  ring.add(lineOf(13, { stream: 'page', instanceId: '' }))
  const view = createLogView(ring)
  view.setFilter({ instanceId: 'odd', stream: 'stderr' })
  view.advance()
  assert.deepEqual(listNumbers(view.rows), [3, 9, 12, 13])
})

test('lines that come later are added, and lines that go are gone', () => {
  const ring = fill(10, 20)
  const view = createLogView(ring)
  view.setQuery('LINE 1')
  view.advance()
  assert.deepEqual(listNumbers(view.matches), [1])
  for (let number = 10; number < 30; number++) ring.add(lineOf(number))
  view.advance()
  assert.equal(view.rows.length(), ring.length())
  assert.equal(view.rows.at(0), ring.firstNumber())
  assert.deepEqual(listNumbers(view.matches), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
})

test('a search in very much text is done in parts', () => {
  const ring = createLogRing({ mostLines: 100, mostCharacters: 1e9 })
  for (let number = 0; number < 50; number++) ring.add(lineOf(number, { text: `${'x'.repeat(1_000)}needle` }))
  const view = createLogView(ring)
  view.setQuery('needle')
  let parts = 1
  while (view.advance(10_000)) parts++
  assert.ok(parts >= 5, `${parts} parts`)
  assert.equal(view.matches.length(), 50)
})

test('the place of a line is found, also after it has gone', () => {
  const view = createLogView(fill(100))
  view.setFilter({ instanceId: 'even', stream: undefined })
  view.advance()
  assert.equal(view.rows.placeOf(10), 5)
  assert.equal(view.rows.placeOf(11), 6)
  assert.equal(view.rows.placeOf(1_000), 50)
})

test('a search looks at what is read, not at colours, and takes no pattern', () => {
  const ring = createLogRing({ mostLines: 10, mostCharacters: 1e9 })
  ring.add(lineOf(0, { text: 'con\u001b[31mnect\u001b[0med (a.b)' }))
  const view = createLogView(ring)
  for (const [query, count] of [
    ['connected', 1],
    ['(A.B)', 1],
    ['a+b', 0],
    ['31m', 0],
  ] as const) {
    view.setQuery(query)
    view.advance()
    assert.equal(view.matches.length(), count, query)
  }
})

test('matches have the place that they have in the text', () => {
  assert.deepEqual(findMatches('İİ error Error', 'error'), [
    [3, 8],
    [9, 14],
  ])
  assert.deepEqual(findMatches('aaa', ''), [])
})
