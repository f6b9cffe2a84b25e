import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageDescription } from '@berth/engine'
import { readSavedImage } from '../image-analysis/read-saved-image.ts'
import { aFile, tarOf } from '../image-analysis/test-image.ts'
import { measureLayer, packSlimImage, slimConfig } from './slim-archive.ts'

const original: ImageDescription = {
  ...{ imageId: 'sha256:1', sizeBytes: 100, layers: 9, architecture: 'arm64', os: 'linux', variant: 'v8' },
  config: {
    ...{ Entrypoint: ['/entry'], Cmd: ['a b'], Env: ['A=$B "c"\nd'], User: 'node', WorkingDir: '/app' },
    ...{ ExposedPorts: { '80/tcp': {} }, Labels: { a: 'b' }, Volumes: { '/data': {} }, StopSignal: 'SIGQUIT' },
    ...{ Healthcheck: { Test: ['CMD', 'true'] }, OnBuild: ['RUN x'], Shell: ['/bin/bash', '-c'], Image: 'sha256:0' },
  },
}
const making = { app: 'shop', image: 'shop@sha256:1', createdAt: '2026-11-28T10:00:00.000Z' }
const layer = { sizeBytes: 1, sha256: 'ab' }

test('a slim image starts as its original does: whatever that says of itself is said again', () => {
  const { config, rootfs, ...rest } = JSON.parse(slimConfig(original, layer, making))
  const labels = { a: 'b', 'berth.role': 'image', 'berth.app': 'shop' }
  assert.deepEqual(config, { ...original.config, Labels: labels, Image: '' })
  assert.deepEqual(rootfs, { type: 'layers', diff_ids: ['sha256:ab'] })
  assert.deepEqual([rest.architecture, rest.os, rest.variant], ['arm64', 'linux', 'v8'])
})

test('the archive is one that `docker save` could have written', async () => {
  const tar = await tarOf([aFile('app/a', 'hello')])
  async function* content() {
    yield tar
  }
  const measured = await measureLayer(content())
  const config = slimConfig(original, measured, making)
  const failed = (error: unknown) => assert.fail(String(error))
  const archive = packSlimImage({ name: 'berth-trial:1', config, layer: measured, content: content() }, failed)
  const { layers, user } = await readSavedImage(archive, new AbortController().signal)
  assert.deepEqual(
    layers.map(({ command, files }) => [command, files.map(({ path }) => path)]),
    [['berth image slim of shop@sha256:1', ['app/a']]],
  )
  assert.equal(user, 'node')
})

test('content that cannot be read to its end is told, as the engine would wait for it for ever', async () => {
  async function* content(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(1)
    throw new Error('disk')
  }
  const { promise, resolve } = Promise.withResolvers<unknown>()
  packSlimImage({ name: 'a:1', config: '{}', layer: { ...layer, sizeBytes: 9 }, content: content() }, resolve).resume()
  assert.match(String(await promise), /disk/)
})
