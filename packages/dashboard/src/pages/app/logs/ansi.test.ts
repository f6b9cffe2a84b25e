import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markMatches, splitAnsi } from './ansi.ts'
import { contrastOf, legible, paletteColour, type Rgb } from './legible.ts'

test('text without colours is one run', () => {
  assert.deepEqual(splitAnsi('<b>GET</b> /'), [{ text: '<b>GET</b> /', looks: [] }])
})

test('colours and looks become runs, and end where they end', () => {
  assert.deepEqual(splitAnsi('\u001b[1;31mbad\u001b[22m red\u001b[0m plain'), [
    { text: 'bad', colour: { kind: 'named', name: 'red' }, looks: ['bold'] },
    { text: ' red', colour: { kind: 'named', name: 'red' }, looks: [] },
    { text: ' plain', looks: [] },
  ])
})

test('bright, palette and exact colours are understood, wrong ones are not', () => {
  const colourOf = (text: string) => splitAnsi(text)[0]?.colour
  assert.deepEqual(colourOf('\u001b[91mx'), { kind: 'named', name: 'bright-red' })
  assert.deepEqual(colourOf('\u001b[38;5;9mx'), { kind: 'named', name: 'bright-red' })
  assert.equal(colourOf('\u001b[38;5;208mx')?.kind, 'exact')
  assert.equal(colourOf('\u001b[38;2;1;2;3mx')?.kind, 'exact')
  assert.equal(colourOf('\u001b[38;2;999;2;3mx'), undefined)
})

test('no line can hide its text or break out of being text', () => {
  const runs = splitAnsi('\u001b[8mhidden\u001b[0m<img onerror=x>\u001b]8;;javascript:x\u0007link\u001b]8;;\u0007')
  assert.equal(runs.map(({ text }) => text).join(''), 'hidden<img onerror=x>link')
  assert.deepEqual(runs[0]?.looks, [])
})

test('matches are marked across runs without changing the text', () => {
  const runs = splitAnsi('one \u001b[31mtwo\u001b[0m three')
  const marked = markMatches(runs, [
    [2, 6],
    [8, 10],
  ])
  assert.equal(marked.map(({ text }) => text).join(''), 'one two three')
  assert.deepEqual(
    marked.filter(({ isMatch }) => isMatch).map(({ text }) => text),
    ['e ', 'tw', 'th'],
  )
})

test('every colour can be read in both themes', () => {
  const grounds = { light: [255, 255, 255], dark: [11, 15, 18] } as const
  const exact: Rgb[] = [
    [255, 255, 0],
    [0, 0, 255],
    [0, 0, 0],
    [255, 255, 255],
    [128, 128, 128],
  ]
  for (const rgb of [...exact, ...Array.from({ length: 240 }, (_, index) => paletteColour(16 + index))]) {
    const { light, dark } = legible(rgb)
    assert.ok(contrastOf(light, grounds.light) >= 4.5, `${rgb} on light`)
    assert.ok(contrastOf(dark, grounds.dark) >= 4.5, `${rgb} on dark`)
  }
})
