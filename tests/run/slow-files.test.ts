import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { clusterFiles, engineRoom, inStartOrder, roomOf, slowFiles } from './slow-files.ts'

const root = join(import.meta.dirname, '../..')
const [longest = '', next = ''] = slowFiles

test('the files that take longest are started first, the others by their names', () => {
  assert.deepEqual(inStartOrder(['b.test.ts', next, 'a.test.ts', longest]), [longest, next, 'a.test.ts', 'b.test.ts'])
})

const takes = (...files: string[]) => files.reduce((sum, file) => sum + roomOf(file), 0)

test('beside a cluster there is room for two that are none, or for one more', () => {
  const [one = '', other = ''] = clusterFiles
  assert.ok(takes(one, 'a', 'b') <= engineRoom && takes(one, other) <= engineRoom && takes('a', 'b', 'c') <= engineRoom)
  assert.ok(takes(one, other, 'a') > engineRoom && takes('a', 'b', 'c', 'd') > engineRoom)
})

test('all of them are there', () => {
  assert.deepEqual(
    [...slowFiles, ...clusterFiles].filter((file) => !existsSync(join(root, file))),
    [],
  )
})
