import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspectImage } from './inspect-image.ts'
import { anEngine, give, refuse } from './test-engine.ts'

const digest = `sha256:${'0a'.repeat(32)}`
const settings = { Config: { ExposedPorts: { '80/tcp': {} } }, Created: '2026-01-02T03:04:05.6789Z', Size: 5_000 }
const told = { exposedPorts: [80], createdAt: '2026-01-02T03:04:05.678Z' }
const noRegistry = async () => undefined

test('what the registry tells of the image is given', async (t) => {
  const { docker } = await anEngine(t, { 'GET /distribution/nginx:1/json': give({ Descriptor: { digest } }) })
  const description = { sizeBytes: 7, exposedPorts: [8080], createdAt: null }
  const seen: string[] = []
  const read = async (name: { digest: string }) => {
    seen.push(name.digest)
    return description
  }
  assert.deepEqual(await inspectImage(docker, 'nginx:1', undefined, read), {
    name: 'nginx:1',
    digest,
    source: 'registry',
    ...description,
  })
  assert.deepEqual(seen, [digest])
})

test('what the registry keeps to itself this engine may know of the same digest, but not the size to pull', async (t) => {
  const { docker } = await anEngine(t, {
    'GET /distribution/nginx:1/json': give({ Descriptor: { digest } }),
    [`GET /images/nginx@${digest}/json`]: give({ ...settings, RepoDigests: [`nginx@${digest}`] }),
  })
  const image = await inspectImage(docker, 'nginx:1', undefined, noRegistry)
  assert.deepEqual(image, { name: 'nginx:1', digest, source: 'registry', sizeBytes: null, ...told })
})

test('what nobody tells is null', async (t) => {
  const { docker } = await anEngine(t, { 'GET /distribution/nginx:1/json': give({ Descriptor: { digest } }) })
  const image = await inspectImage(docker, 'nginx:1', undefined, noRegistry)
  assert.deepEqual([image.sizeBytes, image.exposedPorts, image.createdAt], [null, null, null])
})

test('an image that only this engine has is found as a deployment would find it', async (t) => {
  const { docker } = await anEngine(t, {
    'GET /distribution/shop:1/json': refuse(404, 'manifest unknown'),
    'GET /images/shop:1/json': give({ ...settings, RepoTags: ['shop:1'] }),
  })
  const image = await inspectImage(docker, 'shop:1', undefined, noRegistry)
  assert.deepEqual(image, { name: 'shop:1', digest: null, source: 'machine', sizeBytes: 5_000, ...told })
})

test('the beginning of an id is not a name', async (t) => {
  const { docker } = await anEngine(t, {
    'GET /distribution/abc:latest/json': refuse(404, 'manifest unknown'),
    'GET /images/abc:latest/json': give({ ...settings, RepoTags: ['other:1'] }),
  })
  await assert.rejects(inspectImage(docker, 'abc', undefined, noRegistry), { code: 'image_not_found' })
})

test('refuses in the words that a deployment would use', async (t) => {
  const { docker } = await anEngine(t, {
    'GET /distribution/registry.example.org/app:1/json': refuse(401, 'no basic auth credentials'),
  })
  const refused = { code: 'image_denied' }
  await assert.rejects(inspectImage(docker, 'registry.example.org/app:1', undefined, noRegistry), refused)
  await assert.rejects(inspectImage(docker, 'Not An Image', undefined, noRegistry), { code: 'image_invalid' })
})

test('a digest is asked for, although a deployment would take it as it is', async (t) => {
  const { docker } = await anEngine(t, {
    [`GET /distribution/nginx@${digest}/json`]: refuse(404, 'manifest unknown'),
  })
  await assert.rejects(inspectImage(docker, `nginx@${digest}`, undefined, noRegistry), { code: 'image_not_found' })
})
