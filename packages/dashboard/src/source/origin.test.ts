import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOfOrigin, readOrigin } from './origin.ts'

test('a repository is asked for with its ref, where there is one', () => {
  const url = 'https://example.org/team/shop.git'
  assert.deepEqual(readOrigin({ kind: 'git', url: ` ${url} `, ref: '' }).source, { kind: 'git', url })
  assert.deepEqual(readOrigin({ kind: 'git', url, ref: 'main' }).source, { kind: 'git', url, ref: 'main' })
})

test('what is wrong with a repository stands at its field', () => {
  const { source, faults } = readOrigin({ kind: 'git', url: 'shop', ref: '--upload-pack=x' })
  assert.equal(source, undefined)
  assert.match(faults.gitUrl ?? '', /http/)
  assert.match(faults.gitRef ?? '', /branch/)
})

test('nothing chosen is a fault', () => {
  assert.deepEqual(readOrigin({ kind: 'files', chosen: undefined }).faults, { files: 'give a folder or an archive' })
})

test('a folder is told without a size, as the server counts what arrives', () => {
  const bytes = new Blob(['x'])
  const chosen = { name: 'shop', bytes, folder: { fileCount: 1, leftOut: [] } }
  assert.deepEqual(readOrigin({ kind: 'files', chosen }).source, { kind: 'archive', name: 'shop', sizeBytes: null })
})

test('an app is called after its source', () => {
  assert.equal(
    nameOfOrigin({ kind: 'git', url: 'https://example.org/team/shop.git', ref: '' }),
    'https://example.org/team/shop',
  )
  const chosen = { name: 'shop.tar.gz', bytes: new Blob([]), folder: null }
  assert.equal(nameOfOrigin({ kind: 'files', chosen }), 'shop')
})
