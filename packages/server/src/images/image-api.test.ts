import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Image, PlatformError } from '@berth/contract'
import { imageApi } from './image-api.ts'

const image: Image = {
  name: 'docker.io/library/nginx:stable',
  digest: null,
  sizeBytes: null,
  source: 'registry',
  exposedPorts: [80],
  createdAt: null,
}

const ask = (inspect: () => Promise<Image>) => {
  const [handler] = imageApi({ images: { inspect } })
  return handler?.answer({ query: { name: 'nginx:stable' }, signal: new AbortController().signal })
}

test('an image that is not there is an answer: a page that asks while one types it has not failed', async () => {
  assert.deepEqual(await ask(async () => image), { state: 'found', image })
  const missing = new PlatformError('image_not_found', 'There is no image nginx:stabel', { hint: 'Check its name' })
  assert.deepEqual(await ask(() => Promise.reject(missing)), {
    state: 'missing',
    code: 'image_not_found',
    message: 'There is no image nginx:stabel',
    hint: 'Check its name',
  })
})

test('an engine that does not answer is a failure', async () => {
  const away = new PlatformError('engine_unavailable', 'No manager machine is connected')
  await assert.rejects(async () => ask(() => Promise.reject(away)), { code: 'engine_unavailable' })
})
