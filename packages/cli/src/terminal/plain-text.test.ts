import assert from 'node:assert/strict'
import { test } from 'node:test'
import { colouredText, plainText, quote } from './plain-text.ts'

const coloured = (text: string) => colouredText(text, { isColored: true })

test('removes what can drive a terminal', () => {
  assert.equal(plainText('a\u001b[2Jb\u001b]0;title\u0007c\u001b]8;;http://x\u001b\\d\u009b31me\u001bcf'), 'abcdef')
  assert.equal(plainText('a\rb\nc\u0000d\u0008e\u007f'), 'abcde')
  assert.equal(plainText('\u001bP1$r\u001b\\x\u001b[?1049h\u001b#8y'), 'xy')
})

test('removes marks that reorder text', () => {
  assert.equal(plainText('user\u202egnp.exe\u2066x'), 'usergnp.exex')
})

test('leaves other text as it is', () => {
  assert.equal(plainText('Grüße, 東京 🚢'), 'Grüße, 東京 🚢')
})

test('keeps colours only, and ends them', () => {
  assert.equal(coloured('\u001b[31mred\u001b[0m \u001b[2Jx\u001b[1A'), '\u001b[31mred\u001b[0m x\u001b[0m')
})

test('no removal joins the parts of a new sequence', () => {
  for (const text of [
    '\u001b\u0000[2J',
    '\u001b\u001b[31m[2J',
    '\u001b]\u001b[31m0;x\u0007',
    '\u001b[\u001b]0;\u00072J',
  ]) {
    for (const clean of [plainText(text), coloured(text)]) {
      assert.doesNotMatch(clean.replaceAll('\u001b[31m', '').replaceAll('\u001b[0m', ''), /\p{Cc}/u)
    }
  }
})

test('repeats what was typed short and harmless', () => {
  assert.equal(quote('\u001b[31mx'), '"x"')
  assert.equal(quote('y'.repeat(300)).length, 62)
})
