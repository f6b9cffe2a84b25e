import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPaths } from './slim-paths.ts'

test('each line is a path, once', () => {
  assert.deepEqual(readPaths(' /a \n\n/b?c=d\n/a'), { paths: ['/a', '/b?c=d'] })
  assert.deepEqual(readPaths(''), { paths: [] })
})

test('what is no path is named', () => {
  assert.deepEqual(readPaths('/a\nb'), { problem: 'b: a path starts with "/" and has no spaces' })
  assert.ok('problem' in readPaths(Array.from({ length: 11 }, (_, i) => `/${i}`).join('\n')))
})
