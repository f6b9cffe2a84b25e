import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import type { MachineImage } from '@berth/engine'
import { lookAtDisk } from './disk-look.ts'
import { removeImages } from './remove-images.ts'

const { signal } = new AbortController()
const log = { debug() {}, info() {}, warn() {}, error() {} }
const name = (imageId: string) => `127.0.0.1:5000/shop@sha256:${imageId}`

type Sized = MachineImage & { sizes: number[] }
const anImage = (imageId: string, layers: [string, number][], change: Partial<MachineImage> = {}): Sized => ({
  ...{ imageId, parentId: null, tags: [], digests: [name(imageId)], createdAtMs: 1, isUsed: false },
  sizeBytes: layers.reduce((sum, [, size]) => sum + size, 0),
  ...{ layers: layers.map(([layer]) => layer), sizes: layers.map(([, size]) => size) },
  ...change,
})

function setUp(images: Sized[], refuses: Record<string, string> = {}) {
  const asked: string[] = []
  const ledger = {
    read: () => ({ steps: { step: { app: 'shop', usedAtMs: 1 } }, pulls: {} }),
    noteStep: async () => {},
    notePull: async () => {},
    keepOnly: async () => {},
  }
  const engine = {
    listImages: async () => images,
    layerSizes: async (image: MachineImage) => (image as Sized).sizes,
    measureRegistry: async () => undefined,
    async removeImage(reference: string) {
      const reason = refuses[reference]
      if (reason) return { isRemoved: false as const, reason }
      asked.push(reference)
      return { isRemoved: true as const }
    },
  }
  return { asked, deps: { engine, ledger, cache: { look: async () => [] }, diskFolder: tmpdir(), now: Date.now, log } }
}

test('a layer of several images is told once, and held when somebody else’s image has it', async () => {
  const { deps } = setUp([
    anImage('a', [
      ['base', 70],
      ['a', 5],
    ]),
    anImage('b', [
      ['base', 70],
      ['b', 9],
    ]),
    anImage(
      'theirs',
      [
        ['base', 70],
        ['c', 1],
      ],
      { tags: ['mine:1'] },
    ),
  ])
  const { images, layers, registryBytes, totalBytes } = await lookAtDisk(deps, signal)
  assert.deepEqual(layers, [
    { sizeBytes: 70, isHeld: true },
    { sizeBytes: 5, isHeld: false },
    { sizeBytes: 9, isHeld: false },
  ])
  assert.deepEqual(
    images.map((image) => image.layers),
    [
      [0, 1],
      [0, 2],
    ],
  )
  assert.ok(registryBytes === null && totalBytes > 0)
})

test('the same layer above others is another one', async () => {
  const { deps } = setUp([
    anImage('a', [
      ['x', 1],
      ['y', 2],
    ]),
    anImage('b', [
      ['y', 2],
      ['x', 1],
    ]),
  ])
  assert.equal((await lookAtDisk(deps, signal)).layers.length, 4)
})

test('only what is Berth’s and unused is removed, whatever is asked', async () => {
  const { deps, asked } = setUp(
    [
      anImage('a', []),
      anImage('used', [], { isUsed: true }),
      anImage('theirs', [], { tags: ['mine:1'] }),
      anImage('step', [], { digests: [] }),
      anImage('late', []),
    ],
    { [name('late')]: 'conflict: a container uses it' },
  )
  const { removed, kept } = await removeImages(['step', 'a', 'used', 'theirs', 'unknown', 'late'], deps, signal)
  assert.deepEqual(removed, ['step', 'a'])
  assert.deepEqual(asked, ['step', name('a')], 'by its name where it has one')
  assert.deepEqual(
    kept.map(({ imageId }) => imageId),
    ['used', 'theirs', 'unknown', 'late'],
  )
  assert.match(kept.at(-1)?.reason ?? '', /a container uses it/)
})
