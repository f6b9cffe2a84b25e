import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseImageName } from './image-name.ts'
import { pushRefusal } from './push-refusal.ts'

const name = parseImageName('ghcr.io/me/shop:1.2')

test('a registry that refuses is told by what is stored for it', () => {
  const words = 'denied: permission_denied: write_package'
  const refused = pushRefusal(name, 'ann', words)
  assert.equal(refused.code, 'push_refused')
  assert.match(refused.message, /ghcr\.io does not let ann push ghcr\.io\/me\/shop:1\.2: denied/)
  const unknown = pushRefusal(name, undefined, 'no basic auth credentials')
  assert.match(unknown.message, /no credentials are stored/)
  for (const { hint } of [refused, unknown]) assert.match(hint ?? '', /berth registries add ghcr\.io/)
})

test('a repository that has to be made first is told as that, whatever its name is', () => {
  const words = "name unknown: The repository with name 'tls/timeout' does not exist in the registry with id '1'"
  const { code, message } = pushRefusal(name, 'AWS', words)
  assert.equal(code, 'push_refused')
  assert.match(message, /has no repository/)
})

test('a registry that is down, unknown, without TLS or busy is out of reach', () => {
  for (const words of [
    'Get "https://ghcr.io/v2/": dial tcp 127.0.0.1:443: connect: connection refused',
    'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host',
    'Get "https://ghcr.io/v2/": http: server gave HTTP response to HTTPS client',
    'received unexpected HTTP status: 503 Service Unavailable',
    'toomanyrequests: You have reached your limit',
  ]) {
    assert.equal(pushRefusal(name, 'ann', words).code, 'registry_unreachable', words)
  }
})

test('what else a registry says is passed on in its words', () => {
  const words = "tag invalid: The image tag '1.2' already exists and cannot be overwritten"
  assert.equal(
    pushRefusal(name, 'ann', words).message,
    `The registry ghcr.io did not take ghcr.io/me/shop:1.2: ${words}`,
  )
})
