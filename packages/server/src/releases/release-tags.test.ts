import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReleaseTag, releaseTags } from './release-tags.ts'

test('each image of a release that is in the repository of its app has a tag, the first that of the release alone', () => {
  const service = (name: string, repository: string) => ({ name, imageDigest: `${repository}@sha256:${name}` })
  const services = [
    service('app-server', '127.0.0.1:5000/shop'),
    service('cache', 'redis'),
    service('worker-2', '127.0.0.1:5000/shop'),
  ]
  const tags = releaseTags({ app: 'shop', version: 3, services })
  assert.deepEqual(tags, [
    { image: '127.0.0.1:5000/shop@sha256:app-server', tag: 'v3' },
    { image: '127.0.0.1:5000/shop@sha256:worker-2', tag: 'v3-worker-2' },
  ])
  assert.ok(tags.every(({ tag }) => isReleaseTag(tag)))
  assert.ok(!['latest', '1.2', 'v1.2', 'v3-'].some(isReleaseTag))
})
