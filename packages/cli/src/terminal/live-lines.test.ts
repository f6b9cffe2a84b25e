import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveLines } from './live-lines.ts'

function record() {
  const written: string[] = []
  return { written, lines: liveLines({ write: (text) => void written.push(text) }) }
}

test('draws over its own lines, in one write per frame', () => {
  const { written, lines } = record()
  lines.draw(['one', 'two'])
  lines.draw(['one', 'TWO'])
  assert.deepEqual(written, [
    '\u001b[?25lone\u001b[K\ntwo\u001b[K\n\u001b[J',
    '\u001b[2A\rone\u001b[K\nTWO\u001b[K\n\u001b[J',
  ])
})

test('writes nothing when nothing changed', () => {
  const { written, lines } = record()
  lines.draw(['one'])
  lines.draw(['one'])
  assert.equal(written.length, 1)
})

test('gives the cursor back once', () => {
  const { written, lines } = record()
  lines.draw(['one'])
  lines.end()
  lines.end()
  assert.deepEqual(written.slice(1), ['\u001b[?25h'])
})
