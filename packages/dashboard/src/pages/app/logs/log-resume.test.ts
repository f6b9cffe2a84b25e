import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogLine } from '@berth/contract'
import { createLogResume } from './log-resume.ts'

const lineOf = (second: number, text: string, to: Partial<LogLine> = {}): LogLine => ({
  instanceId: 'i1',
  service: 'web',
  machine: 'm1',
  stream: 'stdout',
  at: `2026-11-21T10:00:0${second}Z`,
  text,
  ...to,
})

test('what comes again after a new connection is told from what is new', () => {
  const resume = createLogResume()
  const connect = (...lines: LogLine[]) => {
    resume.connect()
    return lines.filter(resume.isNew).map(({ text }) => text)
  }
  assert.deepEqual(connect(lineOf(1, 'a'), lineOf(2, 'b')), ['a', 'b'])
  assert.deepEqual(connect(lineOf(1, 'a'), lineOf(2, 'b'), lineOf(3, 'c')), ['c'])
  assert.deepEqual(connect(lineOf(3, 'c')), [])
})

test('equal lines of one moment are as many as were written', () => {
  const resume = createLogResume()
  resume.connect()
  const twice = [lineOf(1, 'tick'), lineOf(1, 'tick')]
  assert.deepEqual(twice.map(resume.isNew), [true, true])
  resume.connect()
  const thrice = [...twice, lineOf(1, 'tick')]
  assert.deepEqual(thrice.map(resume.isNew), [false, false, true])
})

test('one instance, or one stream of it, does not hide the lines of another', () => {
  const resume = createLogResume()
  resume.connect()
  resume.isNew(lineOf(5, 'late'))
  resume.connect()
  assert.ok(resume.isNew(lineOf(1, 'early', { instanceId: 'i2' })))
  assert.ok(resume.isNew(lineOf(1, 'early', { stream: 'stderr' })))
  assert.ok(!resume.isNew(lineOf(1, 'early')))
})

test('times with more decimals are later', () => {
  const resume = createLogResume()
  resume.connect()
  resume.isNew(lineOf(1, 'a', { at: '2026-11-21T10:00:01.5Z' }))
  resume.connect()
  assert.ok(!resume.isNew(lineOf(1, 'b', { at: '2026-11-21T10:00:01.25Z' })))
  assert.ok(resume.isNew(lineOf(1, 'c', { at: '2026-11-21T10:00:01.500001Z' })))
})
