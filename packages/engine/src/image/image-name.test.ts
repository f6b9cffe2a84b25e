import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseImageName, withDigest, withTag } from './image-name.ts'

const digest = `sha256:${'0a'.repeat(32)}`

test('a bare name is a library image of Docker Hub, at its latest', () => {
  assert.deepEqual(parseImageName('nginx'), {
    registry: 'docker.io',
    repository: 'library/nginx',
    tag: 'latest',
    digest: undefined,
    familiar: 'nginx',
  })
})

test('every way of writing a Docker Hub image means the same', () => {
  for (const image of ['nginx:1', 'library/nginx:1', 'docker.io/nginx:1', 'index.docker.io/library/nginx:1']) {
    assert.equal(withTag(parseImageName(image)), 'nginx:1', image)
  }
})

test('a first part without dot or port is a team, not a registry', () => {
  assert.equal(parseImageName('team/app').registry, 'docker.io')
  assert.equal(parseImageName('localhost/app').registry, 'localhost')
})

test('the port of a registry is not a tag', () => {
  const name = parseImageName('127.0.0.1:5000/team/shop')
  assert.deepEqual([name.registry, name.repository, name.tag], ['127.0.0.1:5000', 'team/shop', 'latest'])
})

test('a digest replaces the tag', () => {
  const name = parseImageName(`registry.example.org/shop:1.2@${digest}`)
  assert.equal(name.digest, digest)
  assert.equal(withDigest(name, digest), `registry.example.org/shop@${digest}`)
})

test('what is no name is refused before anyone is asked', () => {
  for (const image of [
    '',
    'Shop',
    'a b',
    '-x',
    'shop:',
    'https://registry.example.org/shop',
    '../etc',
    'shop@sha256:12',
  ]) {
    assert.throws(() => parseImageName(image), { code: 'image_invalid' }, image)
  }
})
