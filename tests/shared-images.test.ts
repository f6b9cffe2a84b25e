import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chainIdsOf, filesOf, repositoriesOf } from './shared-images.ts'

const image = { name: 'web:1', id: 'sha256:1d', diffIds: ['sha256:aa'] }
const layer = {
  chainId: 'sha256:aa',
  cacheId: 'c0',
  names: ['committed', 'diff', 'link', 'lower', 'work'],
  link: 'LINK',
}

test('a layer is known by all that are below it', () => {
  const [lowest, ...others] = chainIdsOf(['sha256:aa', 'sha256:bb', 'sha256:cc'])
  assert.equal(lowest, 'sha256:aa')
  assert.deepEqual(others, [
    'sha256:b68ad689d6d1ec110ea1c13617437ad6f3766d4b3b309f6a603a222e07a0164f',
    'sha256:ced946a3b9b1c697ead0fa9bf9ad36e03198566077f3950076f64a4760acde1b',
  ])
})

test('only the files of layers are shared, and all that an engine writes to is its own', () => {
  const { copied, linked } = filesOf([image], [layer])
  assert.deepEqual(linked, ['overlay2/c0/diff'])
  assert.deepEqual(copied, [
    'image/overlay2/imagedb/content/sha256/1d',
    'image/overlay2/layerdb/sha256/aa',
    'overlay2/l/LINK',
    ...['committed', 'link', 'lower', 'work'].map((name) => `overlay2/c0/${name}`),
  ])
})

test('a layer that is mounted on this host is not taken with its mount', () => {
  const { copied } = filesOf([], [{ ...layer, names: ['diff', 'merged'] }])
  assert.deepEqual(
    copied.filter((path) => path.startsWith('overlay2/c0')),
    [],
  )
})

test('images have the names that were asked for and no others, also with a port in them', () => {
  const images = ['web:1', 'web:2', '127.0.0.1:5000/web:1'].map((name) => ({ ...image, name }))
  assert.deepEqual(repositoriesOf(images), {
    Repositories: {
      web: { 'web:1': 'sha256:1d', 'web:2': 'sha256:1d' },
      '127.0.0.1:5000/web': { '127.0.0.1:5000/web:1': 'sha256:1d' },
    },
  })
})
