import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEnv } from 'node:util'
import { parseEnvFile } from './env-file.ts'

const ordinary = `
# a comment
PLAIN=one two
export EXPORTED=yes
  INDENTED = spaced
EMPTY=
HASH=a#b # comment
SINGLE='single # kept \\n'
DOUBLE="line\\nbreak"
BACK=\`back " tick\`
MULTI="first
second"
URL=postgres://u:p@h/db?x=1
`

test('reads an ordinary file', () => {
  assert.deepEqual(parseEnvFile(ordinary), {
    values: {
      PLAIN: 'one two',
      EXPORTED: 'yes',
      INDENTED: 'spaced',
      EMPTY: '',
      HASH: 'a#b',
      SINGLE: 'single # kept \\n',
      DOUBLE: 'line\nbreak',
      BACK: 'back " tick',
      MULTI: 'first\nsecond',
      URL: 'postgres://u:p@h/db?x=1',
    },
  })
})

test('reads what node reads, but for a "#" inside a word', () => {
  const plain = ordinary.replace(/^HASH.*$/m, 'HASH=a')
  assert.deepEqual(parseEnvFile(plain), { values: { ...parseEnv(plain) } })
})

test('takes files from Windows', () => {
  assert.deepEqual(parseEnvFile('\ufeffA=1\r\nB="2"\r\n'), { values: { A: '1', B: '2' } })
})

for (const [content, lineNumber, problem] of [
  ['A=1\n\nnonsense\n', 3, /use NAME=value, not "nonsense"/],
  ['=x', 1, /use NAME=value/],
  ['A=1\n1B=2', 2, /"1B": use letters/],
  ['A="open\nB=2', 1, /the quote " is never closed/],
  ['A="x" y', 1, /unexpected "y" after the closing quote/],
  ['A=1\nB="two\nlines"\noops', 4, /not "oops"/],
  ['A=\0', 1, /A: a value cannot contain NUL/],
] as const) {
  test(`says what is wrong in line ${lineNumber} of ${JSON.stringify(content)}`, () => {
    const parsed = parseEnvFile(content)
    assert.ok('problem' in parsed)
    assert.equal(parsed.lineNumber, lineNumber)
    assert.match(parsed.problem, problem)
  })
}

test('a name of Object.prototype is only a name', () => {
  const parsed = parseEnvFile('constructor=1\n__proto__=2')
  assert.ok('values' in parsed)
  assert.deepEqual(Object.entries(parsed.values), [
    ['constructor', '1'],
    ['__proto__', '2'],
  ])
})
