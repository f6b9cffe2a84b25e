import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readBuildSecrets } from './build-secrets.ts'

const config = { variable: (name: string) => ({ TOKEN: 'from-env', EMPTY: '' })[name] }
const read = (...texts: string[]) => readBuildSecrets(texts, config)

test('a secret is given as it is, from a file or from the environment', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-secret-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'key'), 'line 1\nline 2\n')
  assert.deepEqual(read('A=x=y', `B=@${join(folder, 'key')}`, 'TOKEN'), {
    ...{ A: 'x=y', B: 'line 1\nline 2\n', TOKEN: 'from-env' },
  })
})

test('what is wrong is told without repeating what may be a secret', () => {
  for (const text of ['hunter2', '=hunter2', 'hunter2 hunter2=x', 'A=', 'EMPTY', 'B=@/nowhere/at/all']) {
    assert.throws(
      () => read(text),
      (error: Error) => /--build-secret/.test(error.message) && !/hunter2/.test(error.message),
    )
  }
})
