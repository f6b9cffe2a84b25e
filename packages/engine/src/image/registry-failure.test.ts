import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseImageName } from './image-name.ts'
import { failureFromWords, registryFailure } from './registry-failure.ts'

const onHub = parseImageName('ngnix:1')
const elsewhere = parseImageName('registry.example.org/team/app:1')
const engineError = (statusCode: number, message: string) =>
  Object.assign(new Error(message), { statusCode, json: { message } })

test('Docker Hub says "denied" for a typo: the message says both that it may be missing and that it may be private', () => {
  const words = 'errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required'
  const failure = registryFailure(onHub, engineError(403, words))
  assert.equal(failure.code, 'image_not_found')
  assert.match(failure.message, /does not exist, or it is private/)
})

test('a private registry that refuses is denied', () => {
  assert.equal(registryFailure(elsewhere, engineError(401, 'no basic auth credentials')).code, 'image_denied')
})

test('a tag that is not there is not found', () => {
  assert.equal(
    registryFailure(elsewhere, engineError(404, 'manifest unknown: manifest unknown')).code,
    'image_not_found',
  )
})

test('trouble with the network is told apart from an image that is not there', () => {
  for (const words of [
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    'Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded)',
    'Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
    'Get "https://registry.example.org/v2/": x509: certificate signed by unknown authority',
  ]) {
    assert.equal(registryFailure(elsewhere, engineError(500, words)).code, 'registry_unreachable', words)
  }
})

test('a full disk and a rate limit are named', () => {
  assert.match(failureFromWords(onHub, 'write /x: no space left on device').message, /disk of the machine is full/)
  assert.match(
    failureFromWords(onHub, 'toomanyrequests: You have reached your limit').message,
    /no more images for now/,
  )
})

test('an engine that does not answer is not blamed on the registry', () => {
  const error = Object.assign(new Error('connect ENOENT /var/run/docker.sock'), { code: 'ENOENT' })
  assert.equal(registryFailure(onHub, error).code, 'engine_unavailable')
})
