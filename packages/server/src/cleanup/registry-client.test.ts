import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { registryClient } from './registry-client.ts'

const { signal } = new AbortController()
const [one, two, index, child] = ['1', '2', '3', '4'].map((letter) => `sha256:${letter.repeat(64)}`) as [
  string,
  string,
  string,
  string,
]
const nameOf = (digest: string, repository = 'shop') => `127.0.0.1:5000/${repository}@${digest}`
const manifest = (config: string, size: number) => ({
  config: { digest: config, size: 1 },
  layers: [
    { digest: 'base', size: 70 },
    { digest: `layer of ${config}`, size },
  ],
})

/** A registry that has what is in the table, by path without `/v2/`; HEAD answers with the digest that a tag stands for. */
async function setUp(t: TestContext, { answers = {} as Record<string, unknown>, tags = {} as Record<string, string> }) {
  const asked: string[] = []
  const server = createServer(({ method, url = '' }, response) => {
    const path = url.replace('/v2/', '')
    asked.push(`${method} ${path}`)
    const digest = tags[path]
    if (method === 'HEAD' && digest) return void response.writeHead(200, { 'docker-content-digest': digest }).end()
    if (path === '_catalog?n=1000') response.setHeader('link', '</v2/_catalog?last=a&n=1000>; rel="next"')
    if (method === 'DELETE') {
      delete answers[path]
      return void response.writeHead(202).end()
    }
    const answer = answers[path]
    if (answer === undefined) return void response.writeHead(404).end()
    response.end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { asked, client: registryClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }) }
}

const content = {
  tags: { 'shop/manifests/aaa': one, 'shop/manifests/bbb': one },
  answers: {
    '_catalog?n=1000': { repositories: ['shop'] },
    '_catalog?last=a&n=1000': { repositories: ['empty'] },
    'shop/tags/list': { tags: ['aaa', 'bbb', 'gone'] },
    'empty/tags/list': { tags: null },
    [`shop/manifests/${one}`]: manifest('config-one', 5),
    [`shop/manifests/${two}`]: manifest('config-two', 9),
    'shop/blobs/config-one': { created: '2030-01-02T03:04:05Z' },
  },
}

test('all images with a tag are found, once each, page by page', async (t) => {
  const { client } = await setUp(t, content)
  assert.deepEqual(await client.list([], signal), [
    {
      ...{ app: 'shop', name: nameOf(one), tags: ['aaa', 'bbb'], children: [] },
      blobs: [
        { digest: 'config-one', sizeBytes: 1 },
        { digest: 'base', sizeBytes: 70 },
        { digest: 'layer of config-one', sizeBytes: 5 },
      ],
      createdAtMs: Date.parse('2030-01-02T03:04:05Z'),
    },
  ])
})

test('of the images without a tag those are found that are asked for by name, and are there', async (t) => {
  const { client } = await setUp(t, content)
  const found = await client.list([nameOf(two), nameOf(index), nameOf(two, 'other'), 'nginx@sha256:1'], signal)
  assert.deepEqual(
    found.map(({ name, tags, createdAtMs }) => [name, tags.length, createdAtMs]),
    [
      [nameOf(one), 2, Date.parse('2030-01-02T03:04:05Z')],
      [nameOf(two), 0, null],
    ],
  )
})

test('an image is read once, as it never changes', async (t) => {
  const { client, asked } = await setUp(t, content)
  await client.list([], signal)
  await client.list([], signal)
  assert.equal(asked.filter((path) => path === `GET shop/manifests/${one}`).length, 1)
})

test('an image that was removed is not found again, though it was read before', async (t) => {
  const { client } = await setUp(t, { ...content, answers: { ...content.answers } })
  const [, image = assert.fail('it is not found')] = await client.list([nameOf(two)], signal)
  await client.remove(image, new Set(), signal)
  assert.deepEqual(
    (await client.list([nameOf(two)], signal)).map(({ name }) => name),
    [nameOf(one)],
  )
})

test('an image for several platforms has the layers of all, and goes with those that no other one has', async (t) => {
  const { client, asked } = await setUp(t, {
    tags: { 'shop/manifests/aaa': index },
    answers: {
      '_catalog?n=1000': { repositories: ['shop'] },
      '_catalog?last=a&n=1000': { repositories: null },
      'shop/tags/list': { tags: ['aaa'] },
      [`shop/manifests/${index}`]: { manifests: [one, child].map((digest) => ({ digest, size: 1 })) },
      [`shop/manifests/${one}`]: manifest('config-one', 5),
      [`shop/manifests/${child}`]: manifest('config-four', 6),
    },
  })
  const [image = assert.fail('it is not found')] = await client.list([], signal)
  assert.deepEqual([image.children, image.blobs.length], [[one, child], 6])
  await client.remove(image, new Set([one]), signal)
  assert.deepEqual(
    asked.filter((path) => path.startsWith('DELETE')),
    [`DELETE shop/manifests/${index}`, `DELETE shop/manifests/${child}`],
  )
})

test('a tag is given by the very bytes of the manifest, and nothing is put where there is none', async (t) => {
  const bytes = '{ "layers":  [] }'
  const put: unknown[] = []
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === `/v2/shop/manifests/${one}`) {
      return void response.writeHead(200, { 'content-type': 'application/vnd.some.manifest' }).end(bytes)
    }
    if (request.method === 'GET') return void response.writeHead(404).end()
    const { url, headers } = request
    void text(request).then((body) => {
      put.push([url, headers['content-type'], body])
      response.writeHead(201).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const client = registryClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await client.tag(nameOf(one), 'v3', signal)
  await client.tag(nameOf(two), 'v4', signal)
  assert.deepEqual(put, [['/v2/shop/manifests/v3', 'application/vnd.some.manifest', bytes]])
})

test('a registry that does not answer is said to be out of reach', async () => {
  await assert.rejects(registryClient({ url: 'http://127.0.0.1:1' }).list([], signal), { code: 'registry_unreachable' })
})
