import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LayerFile } from './image-layers.ts'
import { layerUseOf } from './layer-use.ts'

const file = (path: string, sizeBytes = 0): LayerFile => ({ path, kind: 'file', sizeBytes })
const folder = (path: string): LayerFile => ({ path, kind: 'folder', sizeBytes: 0 })
const use = (...layers: LayerFile[][]) => layerUseOf({ layers: layers.map((files) => ({ command: '', files })) })
const seenPaths = ({ seen }: ReturnType<typeof use>) => [...seen.keys()].toSorted()

test('an image whose layers never meet wastes nothing', () => {
  const { efficiency, wastedBytes, wastedFiles } = use([folder('a'), file('a/1', 10)], [file('a/2', 20)])
  assert.deepEqual([efficiency, wastedBytes, wastedFiles], [1, 0, []])
})

test('a file that a later layer overwrites is wasted, and counts its smallest size as needed', () => {
  const found = use([file('big', 100)], [file('big', 60)])
  assert.equal(found.efficiency, 60 / 160)
  assert.deepEqual(found.wastedFiles, [{ path: 'big', layers: 2, isDeleted: false, wastedBytes: 100 }])
  assert.deepEqual(found.wastedByLayer, [100, 0])
})

test('a file that a later layer deletes is wasted whole', () => {
  const found = use([file('var/cache', 100), file('bin/app', 100)], [file('var/.wh.cache')])
  assert.equal(found.efficiency, 100 / 200)
  assert.deepEqual(found.wastedFiles, [{ path: 'var/cache', layers: 2, isDeleted: true, wastedBytes: 100 }])
  assert.deepEqual(seenPaths(found), ['bin/app'])
})

test('a deleted folder takes all that it holds with it, and not its namesakes', () => {
  const found = use([file('lists/a', 10), file('lists/b/c', 20), file('lists2', 5)], [file('.wh.lists')])
  assert.equal(found.wastedBytes, 30)
  assert.deepEqual(seenPaths(found), ['lists2'])
})

test('a folder that is emptied keeps what the same layer puts into it', () => {
  const found = use([file('etc/old', 10)], [file('etc/new', 3), file('etc/.wh..wh..opq')])
  assert.deepEqual(seenPaths(found), ['etc/new'])
  assert.equal(found.wastedBytes, 10)
})

test('a file that comes, goes and comes again is counted each time', () => {
  const found = use([file('x', 10)], [file('.wh.x')], [file('x', 10)])
  assert.equal(found.efficiency, 0)
  assert.equal(found.wastedBytes, 10)
  assert.deepEqual(found.wastedByLayer, [10, 0, 0])
})

test('what is wasted is in the layers that hold it, summing up to the whole', () => {
  const found = use([file('a', 7), file('b', 1)], [file('a', 7), file('.wh.b')], [file('.wh.a')])
  assert.equal(found.wastedBytes, 15)
  assert.deepEqual(found.wastedByLayer, [8, 7, 0])
})

test('a folder that becomes a link or a file hides what it held', () => {
  const found = use([folder('lib'), file('lib/a', 10)], [{ path: 'lib', kind: 'other', sizeBytes: 0 }])
  assert.deepEqual(seenPaths(found), ['lib'])
  assert.deepEqual([found.wastedBytes, found.wastedByLayer], [10, [10, 0]])
})

test('a file that becomes a folder is wasted', () => {
  const found = use([file('conf', 10)], [folder('conf'), file('conf/a', 3)])
  assert.deepEqual(seenPaths(found), ['conf/a'])
  assert.equal(found.wastedBytes, 10)
})

test('folders that come again, as in nearly every layer, change nothing', () => {
  const found = use([folder('app'), file('app/a', 10)], [folder('app'), file('app/b', 3)])
  assert.deepEqual([found.wastedBytes, found.efficiency], [0, 1])
})
