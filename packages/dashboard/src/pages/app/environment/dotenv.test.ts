import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDotenv, writeDotenv } from './dotenv.ts'

const ordinary = `
# a comment
PLAIN=one two
export EXPORTED=yes
  INDENTED = spaced
EMPTY=
HASH=a#b # comment
SINGLE='single # kept \\n'
DOUBLE="line\\nbreak and \\"quotes\\""
BACK=\`back " tick\` # why
MULTI="first
second"
URL=postgres://u:p@h/db?x=1
`

test('an ordinary file is read whole', () => {
  const { values, faults, repeated } = readDotenv(ordinary)
  assert.deepEqual(Object.fromEntries(values), {
    PLAIN: 'one two',
    EXPORTED: 'yes',
    INDENTED: 'spaced',
    EMPTY: '',
    HASH: 'a#b',
    SINGLE: 'single # kept \\n',
    DOUBLE: 'line\nbreak and "quotes"',
    BACK: 'back " tick',
    MULTI: 'first\nsecond',
    URL: 'postgres://u:p@h/db?x=1',
  })
  assert.deepEqual([faults, repeated], [[], []])
})

test('a file from Windows is read like any other', () => {
  assert.deepEqual(
    [...readDotenv('\ufeffA=1\r\nB="2\r\n3"\r\n').values],
    [
      ['A', '1'],
      ['B', '2\n3'],
    ],
  )
})

test('of a name that is there twice the last value counts, and it is said', () => {
  const { values, repeated } = readDotenv('A=1\nB=2\nA=3\nA=4')
  assert.deepEqual(
    [...values],
    [
      ['A', '4'],
      ['B', '2'],
    ],
  )
  assert.deepEqual(repeated, ['A'])
})

test('every line that is not understood is told by its number', () => {
  const { values, faults } = readDotenv('A=1\n\nnonsense\n1B=2\nC="open\nD="x" y\nE=\0\n=x\nF=6')
  assert.deepEqual(
    faults.map(({ lineNumber }) => lineNumber),
    [3, 4, 5, 6, 7, 8],
  )
  assert.match(faults[0]?.problem ?? '', /write NAME=value instead of "nonsense"/)
  assert.match(faults[1]?.problem ?? '', /"1B": use letters/)
  assert.match(faults[2]?.problem ?? '', /unexpected "x" y" after the closing quote/)
  assert.match(faults[4]?.problem ?? '', /E: a value cannot contain NUL/)
  assert.equal(values.get('F'), '6')
})

test('a quote that is never closed does not swallow the file', () => {
  const { values, faults } = readDotenv("A='open\nB=2")
  assert.deepEqual(faults, [{ lineNumber: 1, problem: "the quote ' is never closed" }])
  assert.deepEqual([...values], [['B', '2']])
})

test('a name of Object.prototype is only a name', () => {
  assert.deepEqual([...readDotenv('__proto__=1\nconstructor=2').values.keys()], ['__proto__', 'constructor'])
})

test('what is written is read back as it was', () => {
  const env = {
    PLAIN: 'postgres://u:p@h/db?x=1',
    SPACES: ' a  b ',
    QUOTES: `it's "so" \`now\``,
    LINES: 'one\ntwo\r\n\tthree',
    DOLLAR: '$HOME $X \\n',
    HASH: '# not a comment',
    EMPTY: '',
  }
  assert.deepEqual(Object.fromEntries(readDotenv(writeDotenv(env)).values), env)
})
