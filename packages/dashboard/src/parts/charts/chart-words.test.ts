import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteTicks, percentWords, pressureWords } from './chart-words.ts'

test('the lines of a memory chart are few and round', () => {
  const MiB = 1024 ** 2
  assert.deepEqual(
    byteTicks(300 * MiB).map((bytes) => bytes / MiB),
    [0, 128, 256],
  )
  assert.ok(byteTicks(7.3 * 1024 ** 4).length <= 5)
})

test('what was not measured is not nothing', () => {
  assert.deepEqual([null, undefined, 0, 0.042, 0.37].map(percentWords), ['–', '–', '0 %', '4.2 %', '37 %'])
  assert.equal(pressureWords(37), '37 %')
})
