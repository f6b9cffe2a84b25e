import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PushTarget } from './push-target.ts'

const faultOf = (name: string) =>
  PushTarget.safeParse(name)
    .error?.issues.map(({ message }) => message)
    .join('; ')

test('a build is pushed to a registry, a repository and a tag that are all said', () => {
  for (const name of ['ghcr.io/me/shop:1.2', 'docker.io/me/shop:1', 'localhost:5555/shop:1', 'localhost/me/shop:1']) {
    assert.equal(faultOf(name), undefined, name)
  }
})

test('what goes to Docker Hub only for want of a host is refused, with the name that would go there', () => {
  assert.match(faultOf('shop:1') ?? '', /docker\.io\/me\/shop:1 for/)
  assert.match(faultOf('me/shop:1') ?? '', /docker\.io\/me\/shop:1 for/)
})

test('a tag that is missing, a digest and the cluster’s own registry are refused', () => {
  assert.match(
    faultOf('registry.example.org:5000/shop') ?? '',
    /end with a tag: registry\.example\.org:5000\/shop:1\.2/,
  )
  for (const tag of ['', ':1']) assert.match(faultOf(`ghcr.io/me/shop${tag}@sha256:${'a'.repeat(64)}`) ?? '', /digest/)
  for (const host of ['127.0.0.1:5000', 'localhost:5000', 'berth-registry:5000']) {
    assert.match(faultOf(`${host}/shop:1`) ?? '', /own registry/)
  }
})

test('what is no name of an image is told once', () => {
  assert.match(faultOf('Shop 1') ?? '', /^use an image name[^;]*$/)
})
