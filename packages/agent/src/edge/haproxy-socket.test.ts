import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partsOf } from './haproxy-socket.ts'

test('a long map goes in parts of whole lines', () => {
  assert.deepEqual(partsOf('a 1\nb 2\nc 3\n', 8), ['a 1\nb 2\n', 'c 3\n'])
  assert.deepEqual(partsOf('', 8), [])
})
