import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderSlowest } from './slowest.ts'

test('the files that take longest are shown, the longest first', () => {
  const files = [
    { file: 'short.test.ts', durationMs: 900 },
    { file: 'long.test.ts', durationMs: 2_500 },
    { file: 'longest.test.ts', durationMs: 90_000 },
  ]
  assert.equal(
    renderSlowest(files),
    ['The slowest files:', '  1 min 30 s  longest.test.ts', '       2.5 s  long.test.ts'].join('\n'),
  )
})

test('of one file there is nothing to compare', () => {
  assert.equal(renderSlowest([{ file: 'long.test.ts', durationMs: 2_500 }]), '')
})
