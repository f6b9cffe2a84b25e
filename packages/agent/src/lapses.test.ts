import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lateMs } from './edge/edge-door.ts'
import { lapseMs, lapseWatch } from './lapses.ts'

function watchAt() {
  const time = { nowMs: 1_000 }
  const lapses = lapseWatch(() => time.nowMs)
  let heard = 0
  lapses.onLapse(() => {
    heard += 1
  })
  return { time, lapses, heard: () => heard }
}

test('a machine that goes on has no lapse', () => {
  const { time, lapses, heard } = watchAt()
  for (let look = 0; look < 20; look++) {
    time.nowMs += 1_000
    assert.equal(lapses.count(), 0)
  }
  assert.equal(heard(), 0)
})

test('a standstill is one lapse, known to whoever asks first, and told once', () => {
  const { time, lapses, heard } = watchAt()
  time.nowMs += 40_000
  assert.equal(lapses.count(), 1)
  time.nowMs += 100
  assert.equal(lapses.count(), 1)
  assert.equal(heard(), 1)
})

test('a clock that is set back is none', () => {
  const { time, lapses } = watchAt()
  time.nowMs -= 3_600_000
  assert.equal(lapses.count(), 0)
})

test('whatever the edge takes for a standstill the agent does as well: the edge looks each second, plus a spread', () => {
  assert.ok(lapseMs < lateMs - 1_100)
})
