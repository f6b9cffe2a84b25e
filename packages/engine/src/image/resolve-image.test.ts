import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveImage } from './resolve-image.ts'
import { anEngine, give, refuse } from './test-engine.ts'

const digest = `sha256:${'0a'.repeat(32)}`
const publishTo = '127.0.0.1:5000/shop'

test('a digest that is given is kept, and nobody is asked', async (t) => {
  const { docker, asked } = await anEngine(t, {})
  assert.deepEqual(await resolveImage(docker, { image: `nginx:1@${digest}`, publishTo }, {}), {
    image: `nginx@${digest}`,
    source: 'registry',
  })
  assert.deepEqual(asked, [])
})

test('the registry is asked first', async (t) => {
  const { docker, asked } = await anEngine(t, {
    'GET /distribution/nginx:latest/json': give({ Descriptor: { digest } }),
  })
  const resolved = await resolveImage(docker, { image: 'nginx', publishTo }, {})
  assert.deepEqual(resolved, { image: `nginx@${digest}`, source: 'registry' })
  assert.equal(asked.length, 1)
})

test('an image that neither the registry nor this engine has fails with what the registry said', async (t) => {
  const { docker } = await anEngine(t, {
    'GET /distribution/registry.example.org/app:1/json': refuse(401, 'no basic auth credentials'),
  })
  const resolved = resolveImage(docker, { image: 'registry.example.org/app:1', publishTo }, {})
  await assert.rejects(resolved, { code: 'image_denied' })
})

test('the beginning of an id is not taken for a name', async (t) => {
  const { docker } = await anEngine(t, {
    'GET /distribution/abc:latest/json': refuse(403, 'denied: requested access to the resource is denied'),
    'GET /images/abc:latest/json': give({ Id: 'sha256:abc1', RepoTags: ['other:1'] }),
  })
  await assert.rejects(resolveImage(docker, { image: 'abc', publishTo }, {}), { code: 'image_not_found' })
})

test('an image of Berth’s own registry is looked for nowhere else', async (t) => {
  const { docker, asked } = await anEngine(t, {
    'GET /distribution/127.0.0.1:5000/app:1/json': refuse(404, 'manifest unknown'),
  })
  const resolved = resolveImage(docker, { image: '127.0.0.1:5000/app:1', publishTo }, {})
  await assert.rejects(resolved, { code: 'image_not_found' })
  assert.equal(asked.length, 1)
})

test('a registry that does not answer can be given up', async (t) => {
  const { docker } = await anEngine(t, { 'GET /distribution/nginx:latest/json': () => undefined })
  const stop = new AbortController()
  const resolved = resolveImage(docker, { image: 'nginx', publishTo }, { signal: stop.signal })
  setTimeout(() => stop.abort(new Error('no longer wanted')), 20)
  await assert.rejects(resolved, /no longer wanted/)
})

test('a push that fails is told, and the name made for it is removed', async (t) => {
  const { docker, asked } = await anEngine(t, {
    'GET /distribution/local:1/json': refuse(500, 'dial tcp: no such host'),
    'GET /images/local:1/json': give({ Id: 'sha256:0123456789abcdef', RepoTags: ['local:1'] }),
    'POST /images/sha256:0123456789abcdef/tag': (response) => void response.writeHead(201).end(),
    'POST /images/127.0.0.1:5000/shop/push': (response) =>
      void response.end('{"errorDetail":{"message":"disk full"},"error":"disk full"}\r\n'),
    'DELETE /images/127.0.0.1:5000/shop:0123456789ab': give([]),
  })
  const resolved = resolveImage(docker, { image: 'local:1', publishTo }, {})
  await assert.rejects(resolved, { code: 'engine_failed', message: /did not take .*: disk full/ })
  assert.ok(asked.at(-1)?.startsWith('DELETE '))
})
