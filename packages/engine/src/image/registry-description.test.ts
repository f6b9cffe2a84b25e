import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseImageName } from './image-name.ts'
import { readDescription } from './registry-description.ts'

const digest = `sha256:${'0a'.repeat(32)}`
const amd64 = `sha256:${'0b'.repeat(32)}`
const config = { digest: `sha256:${'0c'.repeat(32)}`, size: 1_000 }
const nginx = { ...parseImageName('nginx:1'), digest }

const manifest = {
  config,
  layers: [
    { digest: 'sha256:1', size: 30_000 },
    { digest: 'sha256:2', size: 12 },
  ],
}
const settings = {
  created: '2026-05-06T07:08:09.123456789Z',
  config: { ExposedPorts: { '8443/tcp': {}, '80/tcp': {}, '53/udp': {} } },
}
const index = {
  manifests: [
    { digest: 'sha256:other', platform: { os: 'linux', architecture: 's390x' } },
    { digest: amd64, platform: { os: 'linux', architecture: 'amd64' } },
  ],
}
const described = { sizeBytes: 31_012, exposedPorts: [80, 8443], createdAt: '2026-05-06T07:08:09.123Z' }

type Asked = { url: string; authorization: string | null }

/** A registry on the other side of `fetch`; `answers` is by URL. */
function aRegistry(answers: Record<string, (asked: Asked) => Response>) {
  const asked: Asked[] = []
  const play: typeof fetch = async (input, { headers } = {}) => {
    const one = { url: String(input), authorization: new Headers(headers).get('authorization') }
    asked.push(one)
    return answers[one.url]?.(one) ?? new Response('{}', { status: 404 })
  }
  return { asked, fetch: play }
}
const give = (body: unknown) => () => Response.json(body)
const hub = 'https://registry-1.docker.io/v2/library/nginx'
const options = (registry: { fetch: typeof fetch }) => ({ fetch: registry.fetch, architecture: 'amd64' })

test('adds up what would be pulled here, and reads ports and age from the configuration', async () => {
  const registry = aRegistry({
    [`${hub}/manifests/${digest}`]: give(index),
    [`${hub}/manifests/${amd64}`]: give(manifest),
    [`${hub}/blobs/${config.digest}`]: give(settings),
  })
  assert.deepEqual(await readDescription(nginx, undefined, options(registry)), described)
})

test('gets itself a token where the registry gives one to anybody, once', async () => {
  const challenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:x:pull"'
  const closed = (body: unknown) => (one: Asked) =>
    one.authorization === 'Bearer t1'
      ? Response.json(body)
      : new Response('{}', { status: 401, headers: { 'www-authenticate': challenge } })
  const registry = aRegistry({
    [`${hub}/manifests/${digest}`]: closed(manifest),
    [`${hub}/blobs/${config.digest}`]: closed(settings),
    'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Ax%3Apull': give({ token: 't1' }),
  })
  assert.deepEqual(await readDescription(nginx, undefined, options(registry)), described)
  assert.equal(registry.asked.filter(({ url }) => url.includes('/token')).length, 1)
})

test('is sent nowhere in the clear, and not in circles', async () => {
  for (const realm of ['http://169.254.169.254/latest', 'file:///etc/passwd', 'nonsense']) {
    const headers = { 'www-authenticate': `Bearer realm="${realm}"` }
    const registry = aRegistry({ [`${hub}/manifests/${digest}`]: () => new Response('{}', { status: 401, headers }) })
    assert.equal(await readDescription(nginx, undefined, options(registry)), undefined)
    assert.equal(registry.asked.length, 1, realm)
  }
  const headers = { 'www-authenticate': 'Bearer realm="https://auth.example.org/"' }
  const registry = aRegistry({
    [`${hub}/manifests/${digest}`]: () => new Response('{}', { status: 401, headers }),
    'https://auth.example.org/': give({ token: 'worthless' }),
  })
  assert.equal(await readDescription(nginx, undefined, options(registry)), undefined)
  assert.equal(registry.asked.length, 3)
})

test('a registry that answers nonsense, too much, or nothing for this processor tells nothing', async () => {
  const endless = () => new Response(new ReadableStream({ pull: (it) => it.enqueue(new Uint8Array(1024 ** 2)) }))
  const bodies = [endless, give([]), give({ manifests: [] }), give({ ...manifest, config: { digest: 7 } })]
  for (const body of bodies) {
    const registry = aRegistry({ [`${hub}/manifests/${digest}`]: body })
    assert.equal(await readDescription(nginx, undefined, options(registry)), undefined)
  }
})

test('only this machine’s own registry is asked in the clear', async () => {
  const bases = {
    '127.0.0.1:5000/shop': 'http://127.0.0.1:5000/v2/shop/',
    'r.example.org/shop': 'https://r.example.org/',
  }
  for (const [image, base] of Object.entries(bases)) {
    const registry = aRegistry({})
    await readDescription({ ...parseImageName(image), digest }, undefined, options(registry))
    const [asked] = registry.asked
    assert.equal(asked?.url.slice(0, base.length), base)
  }
})

test('a caller who left is told so, and nobody else is asked', async () => {
  const registry = aRegistry({})
  await assert.rejects(readDescription(nginx, AbortSignal.abort(new Error('left')), options(registry)), /left/)
})
