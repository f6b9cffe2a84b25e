import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprintsOf, makeDeployKey } from './deploy-key.ts'

const bytesOf = (armoured: string) => Buffer.from(armoured.replace(/-----.*-----|\n/g, ''), 'base64')

test('a deploy key is what OpenSSH reads: a container whose public half is the one that is told', () => {
  const { privateKey, publicKey } = makeDeployKey('berth-shop')
  assert.match(privateKey, /^-----BEGIN OPENSSH PRIVATE KEY-----\n/)
  const [algorithm, blob = '', comment] = publicKey.split(' ')
  assert.deepEqual([algorithm, comment], ['ssh-ed25519', 'berth-shop'])
  const container = bytesOf(privateKey)
  assert.equal(container.subarray(0, 15).toString(), 'openssh-key-v1\0')
  const publicBlob = Buffer.from(blob, 'base64')
  assert.equal(container.indexOf(publicBlob), 15 + 8 + 8 + 4 + 4 + 4)
  // The secret part is whole blocks, and ends with its padding.
  const secretPart = container.subarray(15 + 8 + 8 + 4 + 4 + 4 + publicBlob.length + 4)
  assert.equal(secretPart.length % 8, 0)
  assert.deepEqual(secretPart.subarray(0, 4), secretPart.subarray(4, 8))
})

test('no two deploy keys are the same', () => {
  assert.notEqual(makeDeployKey('a').publicKey, makeDeployKey('a').publicKey)
})

test('a host key is told as ssh-keygen tells it', () => {
  const line = 'example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
  assert.deepEqual(fingerprintsOf(`${line}\n`), ['SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'])
  assert.deepEqual(fingerprintsOf(''), [])
})
