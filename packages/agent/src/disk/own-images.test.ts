import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineImage } from '@berth/engine'
import type { LedgerPage } from './image-ledger.ts'
import { ownImages } from './own-images.ts'

const anImage = (imageId: string, change: Partial<MachineImage> = {}): MachineImage => ({
  ...{ imageId, parentId: null, tags: [], digests: [], sizeBytes: 5, createdAtMs: 1, layers: [], isUsed: false },
  ...change,
})
const inRegistry = '127.0.0.1:5000/shop@sha256:a'
const outside = 'nginx@sha256:b'
const ledger: LedgerPage = {
  steps: { step: { app: 'shop', usedAtMs: 7 }, below: { app: 'shop', usedAtMs: 7 } },
  pulls: { [outside]: { usedAtMs: 9 } },
}
const own = (...images: MachineImage[]) =>
  ownImages(images, ledger).map(({ imageId, kind, app, isUsed, usedAtMs }) => [imageId, kind, app, isUsed, usedAtMs])

test('what came from the cluster’s registry, what Berth pulled and what its builds made is Berth’s', () => {
  const images = [
    anImage('app', { digests: [inRegistry] }),
    anImage('pulled', { digests: [outside] }),
    anImage('step'),
    anImage('theirs'),
  ]
  assert.deepEqual(own(...images), [
    ['app', 'app', 'shop', false, 1],
    ['pulled', 'pulled', null, false, 9],
    ['step', 'cache', 'shop', false, 7],
  ])
})

test('a name that somebody else gave an image makes it theirs', () => {
  const names = [
    { digests: [inRegistry], tags: ['mine:1'] },
    { digests: [inRegistry, 'ghcr.io/team/shop@sha256:c'] },
    { digests: [outside], tags: ['nginx:stable'] },
    { digests: ['nginx@sha256:c'] },
  ]
  assert.deepEqual(own(...names.map((change) => anImage('step', change))), [])
})

test('the name that an image had while it was published is nobody else’s', () => {
  const [imageId, tag] = [`sha256:${'ab'.repeat(32)}`, `127.0.0.1:5000/shop:${'ab'.repeat(6)}`]
  assert.deepEqual(own(anImage(imageId, { digests: [inRegistry], tags: [tag] })), [[imageId, 'app', 'shop', false, 1]])
  assert.deepEqual(own(anImage(imageId, { tags: [tag] })), [], 'but while it is there is nothing to be taken for old')
  assert.deepEqual(own(anImage('sha256:other', { digests: [inRegistry], tags: [tag] })), [])
})

test('a container uses an image, and all that it was built on', () => {
  const images = [anImage('below'), anImage('step', { parentId: 'below', isUsed: true })]
  assert.deepEqual(
    own(...images).map(([imageId, , , isUsed]) => [imageId, isUsed]),
    [
      ['below', true],
      ['step', true],
    ],
  )
})

test('what somebody else has built on an image uses it', () => {
  const images = [anImage('below'), anImage('step', { parentId: 'below' }), anImage('theirs', { parentId: 'step' })]
  assert.ok(own(...images).every(([, , , isUsed]) => isUsed))
  assert.ok(
    own(...images.slice(0, 2)).every(([, , , isUsed]) => !isUsed),
    'but not one of Berth’s',
  )
})
