import assert from 'node:assert/strict'
import { test } from 'node:test'
import { colouredText, cutLine, mostShown, plainText, splitLine } from './log-text.ts'

test('colours stay, and nothing else that drives a terminal', () => {
  const text = '\u001b[31mred\u001b[0m \u001b[2J\u001b[Hgone \u001b]0;title\u0007after \u001b[?25l\u001bcend\u001b[31'
  assert.equal(colouredText(text), '\u001b[31mred\u001b[0m gone after end')
  assert.equal(plainText(text), 'red gone after end')
})

test('a sequence inside another cannot make a new one', () => {
  assert.equal(plainText('\u001b[\u001b[31mX'), 'X')
  assert.ok(!colouredText('\u001b]0;\u001b[31m\u0007x\u009b5m').includes('\u009b'))
})

test('control characters become signs that are seen', () => {
  assert.equal(plainText('a\0b\rc\bd\u007fe'), 'a␀b␍c␈d␡e')
  assert.equal(plainText('tab\tstays'), 'tab\tstays')
  assert.equal(plainText('safe\u202egpj.exe\u2066'), 'safe‹U+202E›gpj.exe‹U+2066›')
})

test('ordinary text of any language is left as it is', () => {
  for (const text of ['GET / 200', 'Zürich 東京 עברית', '👩\u200d💻', '<script>alert(1)</script>'])
    assert.equal(colouredText(text), text)
})

test('a long line is cut, and never in the middle of a character', () => {
  assert.deepEqual(cutLine('short'), { shown: 'short', leftOut: 0 })
  const { shown, leftOut } = cutLine(`${'x'.repeat(mostShown - 1)}😀${'y'.repeat(10)}`)
  assert.equal(shown, 'x'.repeat(mostShown - 1))
  assert.equal(leftOut, 12)
})

test('the parts of a line are the whole line', () => {
  const text = `${'x'.repeat(9)}😀${'y'.repeat(25)}`
  const parts = [...splitLine(text, 10)]
  assert.equal(parts.join(''), text)
  assert.deepEqual(parts[0], `${'x'.repeat(9)}😀`)
})
