import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleLine } from '../samples.ts'
import { logResume } from './log-resume.ts'

const line = (second: string, text: string, instanceId = 'a') => ({
  ...sampleLine,
  instanceId,
  text,
  at: `2026-03-01T10:00:${second}Z`,
})

test('after a new connection only the lines are shown that were not', () => {
  const { connect, isNew } = logResume()
  connect()
  assert.ok([line('01', 'x'), line('02', 'y')].every(isNew))
  connect()
  const again = [line('01', 'x'), line('02', 'y'), line('02.5', 'z'), line('01', 'x', 'b')]
  assert.deepEqual(again.map(isNew), [false, false, true, true])
})

test('equal lines of one moment are all shown, once each', () => {
  const { connect, isNew } = logResume()
  connect()
  assert.ok([line('01', '.'), line('01', '.')].every(isNew))
  connect()
  assert.deepEqual([line('01', '.'), line('01', '.'), line('01', '.')].map(isNew), [false, false, true])
  connect()
  assert.deepEqual([line('01', '.'), line('01', '.'), line('01', '.')].map(isNew), [false, false, false])
})

test('within a connection nothing is held back, in whatever order it comes', () => {
  const { connect, isNew } = logResume()
  connect()
  assert.ok([line('05', 'late'), line('04', 'early')].every(isNew))
})
