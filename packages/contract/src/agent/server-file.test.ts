import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseServerFilePath, type ServerFile, serverFilePath } from './server-file.ts'

test('the path of a file says what it is and whose', () => {
  const files: ServerFile[] = [
    { kind: 'source', id: '019c-b1' },
    { kind: 'database', id: 'b1' },
  ]
  for (const file of files) assert.deepEqual(parseServerFilePath(serverFilePath(file)), file)
})

test('no other path is taken for one', () => {
  const others = ['/agent/builds/b1/database', '/agent/builds/b1/source?x', '/agent/builds/b1/source/', '/agent']
  const leadingOut = ['/agent/builds/../source', '/agent/builds/a%2fb/source', '/agent/builds//source']
  for (const path of [...others, ...leadingOut]) assert.equal(parseServerFilePath(path), undefined, path)
})
