import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectTests } from './selection.ts'

const texts: Record<string, string> = {
  'packages/server/src/a.test.ts': "test('a rollback keeps (v1)')",
  'packages/server/src/stores.postgres.test.ts': 'suite()',
  'tests/engine.docker.test.ts': '',
  'tests/pages.browser.test.ts': '',
  'tests/e2e/rollback.test.ts': '',
  'tests/e2e/platform.docker.test.ts': '',
}
const select = (pattern?: string) => selectTests(Object.keys(texts), pattern, (file) => texts[file] ?? '')

test('sorts all tests by what they need', () => {
  assert.deepEqual(select(), {
    files: {
      nothing: ['packages/server/src/a.test.ts'],
      postgres: ['packages/server/src/stores.postgres.test.ts'],
      browser: ['tests/pages.browser.test.ts'],
      platform: ['tests/e2e/rollback.test.ts'],
      engine: ['tests/e2e/platform.docker.test.ts', 'tests/engine.docker.test.ts'],
    },
    namePattern: undefined,
  })
})

test('a part of a path selects whole files', () => {
  const { files, namePattern } = select('./tests/e2e')
  assert.deepEqual([files.nothing, files.platform, namePattern], [[], ['tests/e2e/rollback.test.ts'], undefined])
})

test('anything else selects tests by name, as it is written', () => {
  const { files, namePattern } = select('keeps (v1)')
  assert.deepEqual([files.nothing, files.engine], [['packages/server/src/a.test.ts'], []])
  assert.match("test('a rollback keeps (v1)')", new RegExp(namePattern ?? ''))
})

test('what matches nothing selects nothing', () => {
  assert.deepEqual(select('no such test').files, { nothing: [], postgres: [], browser: [], platform: [], engine: [] })
})
