import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smallerBaseOf } from './base-image.ts'
import type { ImageLayers, LayerFile } from './image-layers.ts'
import { layerUseOf } from './layer-use.ts'

const MiB = 1024 ** 2
const file = (path: string, sizeBytes: number): LayerFile => ({ path, kind: 'file', sizeBytes })

function nodeImage(files: LayerFile[]): ImageLayers {
  return {
    layers: [
      { command: 'ADD rootfs', files: [file('etc/debian_version', 1), file('lib/base', 400 * MiB - 1)] },
      { command: 'RUN install node', files: [file('usr/local/bin/node', 600 * MiB), ...files] },
      { command: 'COPY . .', files: [file('app/server.js', 900 * MiB)] },
    ],
    instructions: [
      { command: 'ADD rootfs', isEmpty: false },
      { command: 'CMD ["bash"]', isEmpty: true },
      { command: 'RUN install node', isEmpty: false },
      { command: '/bin/sh -c #(nop)  CMD [ "node" ]', isEmpty: true },
      { command: 'COPY . .', isEmpty: false },
      { command: 'CMD ["node"]', isEmpty: true },
    ],
    envNames: ['PATH', 'NODE_VERSION'],
    ...{ user: null, createdAt: null },
  }
}
const smaller = (image: ImageLayers) => smallerBaseOf(image, layerUseOf(image).seen)

test('the large variant of a base that is known has a smaller one, which leaves the app its size', () => {
  assert.deepEqual(smaller(nodeImage([file('usr/lib/gcc/x86_64-linux-gnu/12/cc1', 0)])), {
    ...{ name: 'node', baseBytes: 1000 * MiB, smaller: 'node:<version>-slim', savesBytes: 770 * MiB },
  })
})

test('the small variant has none, nor has a base that nobody knows', () => {
  assert.equal(smaller(nodeImage([])), undefined)
  assert.equal(smaller({ ...nodeImage([]), instructions: [], envNames: [] }), undefined)
})
