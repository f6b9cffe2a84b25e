import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, ProbeResult } from '../probe/probe-messages.ts'
import { compareAnswers, mayDifferByStart } from './compare.ts'
import { conditionsOf, judge } from './judge.ts'

const html = (body: string, status = 200): Answer => ({
  ...{ kind: 'answer', status, contentType: 'text/html', bodyBytes: body.length, bodyHash: body },
})
const none: Answer = { kind: 'none', failure: 'socket hang up' }
const up = (first: Answer, second = first): Extract<ProbeResult, { kind: 'up' }> => ({
  ...{ kind: 'up', afterMs: 1200, answers: [{ path: '/', first, second }] },
})
const compare = (...asked: Parameters<typeof compareAnswers>) => {
  const [line] = compareAnswers(...asked)
  return `${line?.verdict}: ${line?.text}`
}

test('the same answer is the same', () => {
  assert.equal(compare(up(html('abc')), up(html('abc'))), 'same: GET /: 200, text/html, the same 3 B')
})

test('another status, type or body, or no answer, is a failure that says what was before and what is now', () => {
  assert.equal(compare(up(html('a')), up(html('b', 500))), 'failed: GET /: 200 before, 500 now')
  const text: Answer = { ...html('a'), contentType: null } as Answer
  assert.equal(compare(up(html('a')), up(text)), 'failed: GET /: type text/html before, none now')
  assert.equal(compare(up(html('a')), up(html('bb'))), 'failed: GET /: another body: 1 B before, 2 B now')
  assert.match(compare(up(html('a')), up(none)), /^failed: GET \/: 200 before, and no answer now: socket hang up/)
})

test('a body that changes by itself is not compared, and that is said', () => {
  assert.match(compare(up(html('1'), html('2')), up(html('3'))), /^note: .*changes with each request/)
  assert.match(compare(up(html('1'), html('2')), up(html('3', 404))), /^failed: .*200 before, 404 now/)
  assert.match(compare(up(none), up(html('3'))), /^note: .*gives no answer \(socket hang up\)/)
  assert.match(compare(up(html('1'), html('1', 503)), up(html('3'))), /^note: .*each time otherwise/)
})

test('a body that is made up at each start is told by starting the original once more', () => {
  const [original, slim] = [up(html('start-1')), up(html('start-2'))]
  assert.equal(mayDifferByStart(original, slim), true)
  assert.match(compare(original, slim, up(html('start-3'))), /^note: .*changes with each start/)
  assert.match(compare(original, slim, up(html('start-1'))), /^failed/)
  assert.equal(mayDifferByStart(original, up(html('x', 500))), false)
  assert.equal(mayDifferByStart(original, original), false)
})

test('what needs a moment to answer as before is asked twice', () => {
  assert.match(compare(up(html('a')), up(html('warming', 503), html('a'))), /^same/)
})

test('an original that does not come up alone proves nothing', () => {
  const end = { exitCode: 1, wasOutOfMemory: false, lastLines: ['at a.js:1', 'Error: no database', '', '  at b.js:2'] }
  const lines = judge({ original: { kind: 'ended', end }, slim: undefined, originalAgain: undefined })
  assert.deepEqual([lines.length, lines[0]?.verdict], [1, 'failed'])
  assert.match(lines[0]?.text ?? '', /The original itself ended with exit code 1 \(Error: no database\)/)
})

test('a slim image that does not come up is refused with what it said', () => {
  const original = up(html('a'))
  const down = judge({ original, slim: { kind: 'down', failure: 'ECONNREFUSED' }, originalAgain: undefined })
  assert.match(down[0]?.text ?? '', /does not pass the health check: ECONNREFUSED/)
})

test('what takes no traffic is only seen to run, which is said', () => {
  const runs = { kind: 'runs', watchedMs: 1 } as const
  const [line] = judge({ original: runs, slim: runs, originalAgain: undefined })
  assert.deepEqual(line?.verdict, 'note')
})

test('volumes are said to be empty ones', () => {
  const image = { config: { Volumes: { '/data': {} } } } as unknown as Parameters<typeof conditionsOf>[0]
  assert.match(conditionsOf(image)[0]?.text ?? '', /volumes of their own at \/data/)
})
