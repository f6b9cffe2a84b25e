import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEnvFile } from './env-file.ts'
import { renderEnvFile } from './render-env-file.ts'

test('what is shown is read as the same values', () => {
  const values = {
    PLAIN: 'http://a.example/x?y=1',
    EMPTY: '',
    SPACES: ' a # b ',
    QUOTES: `"it's" \`x\``,
    LINES: 'one\ntwo\r\n\tthree',
    SLASHES: 'a\\nb\\\\',
    DOLLARS: '$HOME $(y)',
    UMLAUT: 'Grüße 🚢',
  }
  assert.deepEqual(parseEnvFile(renderEnvFile(values).join('\n')), { values })
})

test('a hostile value or name stays on its line and away from the terminal', () => {
  assert.deepEqual(renderEnvFile({ A: 'x\u001b[2J\ny' }), ['A="x\\ny"'])
  assert.deepEqual(renderEnvFile({ 'B\u001b[2J\n': 'x' }), ['B=x'])
})
